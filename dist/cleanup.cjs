/******/ (() => { // webpackBootstrap
/******/ 	var __webpack_modules__ = ({

/***/ 61:
/***/ ((module) => {

"use strict";
module.exports = require("./aws.cjs");

/***/ }),

/***/ 489:
/***/ ((module) => {

"use strict";
module.exports = require("./shared.cjs");

/***/ })

/******/ 	});
/************************************************************************/
/******/ 	// The module cache
/******/ 	var __webpack_module_cache__ = {};
/******/ 	
/******/ 	// The require function
/******/ 	function __nccwpck_require__(moduleId) {
/******/ 		// Check if module is in cache
/******/ 		var cachedModule = __webpack_module_cache__[moduleId];
/******/ 		if (cachedModule !== undefined) {
/******/ 			return cachedModule.exports;
/******/ 		}
/******/ 		// Create a new module (and put it into the cache)
/******/ 		var module = __webpack_module_cache__[moduleId] = {
/******/ 			// no module.id needed
/******/ 			// no module.loaded needed
/******/ 			exports: {}
/******/ 		};
/******/ 	
/******/ 		// Execute the module function
/******/ 		var threw = true;
/******/ 		try {
/******/ 			__webpack_modules__[moduleId](module, module.exports, __nccwpck_require__);
/******/ 			threw = false;
/******/ 		} finally {
/******/ 			if(threw) delete __webpack_module_cache__[moduleId];
/******/ 		}
/******/ 	
/******/ 		// Return the exports of the module
/******/ 		return module.exports;
/******/ 	}
/******/ 	
/************************************************************************/
/******/ 	/* webpack/runtime/asset-relocator-loader */
/******/ 	if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = __dirname + "/";
/******/ 	
/************************************************************************/
var __webpack_exports__ = {};
const e=__nccwpck_require__(489),t={region:e.q,run:e.nt(``,"`owner/repo/run id`, as in `octo/service/123456789`",e=>e===``||/^[\w.-]+\/[\w.-]+\/\d+$/.test(e)?e:void 0),expired:e.rt(`true`),"role-name":e.J,"delete-role":e.rt(`false`),"dry-run":e.rt(`false`)};function parseCleanup(n,r,i){let{parsed:a,problems:o}=e.Z(t,e.$(n,r));if(o.length>0)throw e.X(o);let s=a.run;return{region:a.region,run:s===``?i:s,expired:a.expired,roleName:a[`role-name`],deleteRole:a[`delete-role`],dryRun:a[`dry-run`]}}function toCleanupOutputs({removed:e}){return{removed:JSON.stringify(e.map(({resource:e,id:t,run:n,because:r})=>({kind:e,id:t,run:n,because:r})))}}function judgeTidied({failed:t,found:n,removed:r},{dryRun:i,region:a}){return t.length===0?{pass:!0,text:i?`${count(n)} would be removed.`:`${count(r)} removed.`,hint:``}:{pass:!1,text:t.map(({resource:t,id:n,why:r})=>e.Et(`The ${t} ${n} is left behind: ${r}`)).join(` | `),hint:`By hand: ${t.flatMap(t=>e.D(t,a)).join(` ; `)}`}}function renderCleanup(t,r){let{found:i,kept:a}=t,{pass:o,text:s}=judgeTidied(t,r),c=i.slice(0,1e3).map(r=>[r.resource,e.B(r.id),e.V(r.run),n[r.because],fate(r,t)]),l=i.length-c.length;return`${[`## ${o?`✅`:`❌`} Clean-up${r.dryRun?` (dry run)`:``}: ${o?s:`not everything could be removed`}`,`Account ${e.B(t.account)}, region ${e.B(r.region)}${r.run===null?``:`, run ${e.B(r.run)}`}`,...c.length===0?[]:[e.d([[`What`,`Id`,`Run`,`Why`,`Now`],...c])],...l>0?[`And ${l} more; the log has them all.`]:[],...a===``?[]:[`> ⚠ ${e.V(a)}`],...byHand(t,r)].join(`

`)}\n`}const n={run:`of that run`,expired:`its time is over`};function fate(t,{removed:n,failed:r}){let i=r.find(({id:e})=>e===t.id);return i===void 0?n.some(({id:e})=>e===t.id)?t.resource===`experiment`?`stopped`:`deleted`:`would be removed`:`LEFT BEHIND: ${e.V(i.why)}`}function byHand({failed:t},{region:n}){let r=t.flatMap(t=>e.D(t,n));return r.length===0?[]:[`By hand:\n\n\`\`\`sh\n${r.join(`
`)}\n\`\`\``]}function count(e){return e.length===1?`1 leftover`:`${e.length} leftovers`}async function tidy(t,n){let{account:r,arn:i}=await t.sts.whoami();t.log.tell({kind:`caller`,account:r,arn:i});let a={run:n.run,expired:n.expired,now:t.clock.now()},o=await e._(t,a,n);return await e.g(t,o.removed),n.deleteRole?{account:r,...await withRole(t,n,{meant:a,swept:o})}:{account:r,...o,kept:``}}async function withRole(t,{roleName:n,dryRun:r},{meant:i,swept:a}){try{let{gone:o,kept:s=``}=await e.y(t,n,{meant:i,dryRun:r,spare:r?a.found:[]});s!==``&&t.log.tell({kind:`warned`,what:s});let c=o===void 0?[]:[o];return{...a,found:[...a.found,...c],removed:[...a.removed,...r?[]:c],kept:s}}catch(t){let r={resource:`role`,id:n,run:``,because:`run`,why:e.Ct(e.Tt(t))};return{...a,found:[...a.found,r],failed:[...a.failed,r],kept:``}}}const r=3500;async function cleanup(){e.c(process.env);let t=e.m(),n=e.o(t,t=>e.s(e.R(t,e.K.timezone.fallback))),i=e.i(r,e=>n.tell({kind:`cancelled`,by:e}));e.l({removed:`[]`});try{let a=parseCleanup(e.At,process.env,e.p()),{createAws:o}=await Promise.resolve().then(()=>__nccwpck_require__(61)),s={signal:i.cancel,graceMs:r},c=await tidy({...o({region:a.region,userAgent:[`spot-interrupt`,e.U],limits:s}),clock:t,log:n,cancel:i.cancel},a);e.l(toCleanupOutputs(c)),await e.u(renderCleanup(c,a));let{pass:l,text:u,hint:d}=judgeTidied(c,a);n.tell({kind:l?`passed`:`failed`,text:u}),l||e.Nt(e.Et(u,d))}catch(t){let r=e.Tt(t);n.tell({kind:`failed`,text:r.message}),e.Nt(e.Ct(r))}i.cancel.aborted&&e.r()}cleanup();
module.exports = __webpack_exports__;
/******/ })()
;