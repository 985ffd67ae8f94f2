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

/***/ }),

/***/ 188:
/***/ ((__unused_webpack_module, exports) => {

var e=Object.create,t=Object.defineProperty,n=Object.getOwnPropertyDescriptor,r=Object.getOwnPropertyNames,i=Object.getPrototypeOf,a=Object.prototype.hasOwnProperty,__commonJSMin=(e,t)=>()=>(t||(e((t={exports:{}}).exports,t,t.exports),e=null),t.exports),__copyProps=(e,i,o,s)=>{if(i&&typeof i==`object`||typeof i==`function`)for(var c=r(i),l=0,u=c.length,d;l<u;l++)d=c[l],!a.call(e,d)&&d!==o&&t(e,d,{get:(e=>i[e]).bind(null,d),enumerable:!(s=n(i,d))||s.enumerable});return e},__toESM=(n,r,o)=>(o=n==null?{}:e(i(n)),__copyProps(r||!n||!n.__esModule||!a.call(n,`default`)?t(o,`default`,{value:n,enumerable:!0}):o,n));Object.defineProperty(exports, "n", ({enumerable:!0,get:function(){return __toESM}})),Object.defineProperty(exports, "t", ({enumerable:!0,get:function(){return __commonJSMin}}));

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
const e=__nccwpck_require__(188),t=__nccwpck_require__(489);function findReason(e,{run:n,expired:r,now:i}){if(t.M(e))return n!==null&&isOfRun(e,n)?`run`:r&&isExpired(e,i)?`expired`:void 0}function isOfRun(e,n){let r=`${t.P(n)}/`,i=e[t.A.run]??``;return i.startsWith(r)&&/^\d+$/.test(i.slice(r.length))}function isExpired(e,n){return Date.parse(e[t.A.expiresAt]??``)<n.getTime()}function findLeftovers(e,n,r){return n.flatMap(({id:n,tags:i})=>{let a=findReason(i,r);return a===void 0?[]:[{resource:e,id:n,run:i[t.A.run]??``,because:a}]})}function toRemoval({resource:e,id:t},n){return toCommands({kind:e,name:t,id:t},{region:n,invocation:``})}function toCommands(e,n){let r=`--region ${n.region}`,i=`?tags.\\"${t.A.invocation}\\"=='${n.invocation}'`;switch(e.kind){case`role`:return[`aws iam delete-role-policy --role-name ${e.name} --policy-name ${t.D}`,`aws iam delete-role --role-name ${e.name}`];case`template`:return e.id===void 0?[`aws fis list-experiment-templates ${r} --query "experimentTemplates[${i}].id"`,`aws fis delete-experiment-template ${r} --id <each of them>`]:[`aws fis delete-experiment-template ${r} --id ${e.id}`];case`experiment`:return e.id===void 0?[`aws fis list-experiments ${r} --query "experiments[${i}].id"`,`aws fis stop-experiment ${r} --id <each of them>`]:[`aws fis stop-experiment ${r} --id ${e.id}`]}}async function awaitEnd(e,n){let r=e.clock.monotonicMs()+15e3;for(;;){let i=await readStatus(e,n);if(t.T(i)||e.cancel.aborted)return;if(e.clock.monotonicMs()>=r){if(i===`stopping`)return;throw new t.I(`conflict`,`FIS took StopExperiment, but the experiment is still ${i}.`)}await e.clock.sleep(2e3,e.cancel)}}async function readStatus(e,n){try{return(await e.fis.readExperiment(n)).status}catch(e){if(t.R(e,`missing`))return`stopped`;throw e}}async function sweep(e,t,{dryRun:n=!1}={}){let r=await findRunning(e,t),i=findLeftovers(`template`,await e.fis.listTemplates(),t);if(n)return{found:[...r,...i],removed:[],failed:[]};let a=await removeAll(e,r,t=>e.fis.stopExperiment(t)),o=await removeAll(e,i,t=>e.fis.deleteTemplate(t)),s=new Set(r.map(({id:e})=>e)),c=i.length===0?[]:(await findRunning(e,t)).filter(({id:e})=>!s.has(e)),l=[a,o,await removeAll(e,c,t=>e.fis.stopExperiment(t))];return{found:[...r,...i,...c],removed:l.flatMap(({removed:e})=>e),failed:l.flatMap(({failed:e})=>e)}}async function sweepRole(e,n,{scope:r,dryRun:i=!1,spare:a=[]}){let o=await e.iam.readRole(n);if(o===void 0)return{};let s=findHold(o,r)??await findUser(e,o,a);if(s!==void 0)return{kept:s};let c=r.run!==null&&isOfRun(o.tags,r.run)?`run`:`expired`,l={resource:`role`,id:n,run:o.tags[t.A.run]??``,because:c};return i||(await e.iam.deletePolicy(n,t.D),await e.iam.deleteRole(n),e.log.record({kind:`swept`,...l})),{gone:l}}function findHold({name:e,tags:n},{run:r,now:i}){if(!t.M(n))return`The role ${e} was not made by this action, so it is not deleted.`;let a=r!==null&&isOfRun(n,r),o=n[t.A.expiresAt];if(!(a||o===void 0||isExpired(n,i)))return`The role ${e} was made by the run ${n[t.A.run]??`?`}, which may need it until ${o}, so it is not deleted.`}async function awaitStopped(e,t){let n=t.filter(({resource:e})=>e===`experiment`);await Promise.allSettled(n.map(({id:t})=>awaitEnd(e,t)))}async function findRunning(e,n){return findLeftovers(`experiment`,(await e.fis.listExperiments()).filter(({status:e})=>!t.T(e)),n)}async function removeAll(e,n,r){let i=[],a=[];for(let o of n)try{await r(o.id),i.push(o),e.log.record({kind:`swept`,...o})}catch(e){if(t.R(e,`expired`,`credentials`,`cancelled`))throw e;a.push({...o,why:t.L(t.B(e))})}return{removed:i,failed:a}}async function findUser(e,{name:n,arn:r},i){let a=new Set(i.map(({id:e})=>e));for(let{id:t}of await e.fis.listTemplates())if(!a.has(t)&&await e.fis.readTemplateRole(t)===r)return`The template ${t} uses the role ${n}, so it is not deleted.`;for(let{id:i,status:o}of await e.fis.listExperiments())if(!(t.T(o)||a.has(i))&&await e.fis.readExperimentRole(i)===r)return`The experiment ${i}, which is ${o}, uses the role ${n}, so it is not deleted.`}async function runCleanup(e,t){let{account:n,arn:r}=await e.sts.whoami();e.log.record({kind:`caller`,account:n,arn:r});let i={run:t.run,expired:t.expired,now:e.clock.now()},a=await sweep(e,i,t);return await awaitStopped(e,a.removed),t.deleteRole?{account:n,...await withRole(e,t,{scope:i,swept:a})}:{account:n,...a,kept:``}}async function withRole(e,{roleName:n,dryRun:r},{scope:i,swept:a}){try{let{gone:t,kept:o=``}=await sweepRole(e,n,{scope:i,dryRun:r,spare:r?a.found:[]});o!==``&&e.log.record({kind:`warned`,what:o});let s=t===void 0?[]:[t];return{...a,found:[...a.found,...s],removed:[...a.removed,...r?[]:s],kept:o}}catch(e){let r={resource:`role`,id:n,run:``,because:`run`,why:t.L(t.B(e))};return{...a,found:[...a.found,r],failed:[...a.failed,r],kept:``}}}const n={region:t._,run:t.C(``,"`owner/repo/run id`, as in `octo/service/123456789`",e=>e===``||/^[\w.-]+\/[\w.-]+\/\d+$/.test(e)?e:void 0),expired:t.w(`true`),"role-name":t.v,"delete-role":t.w(`false`),"dry-run":t.w(`false`)};function parseCleanup(e,r,i){let{parsed:a,problems:o}=t.x(n,t.S(e,r));if(o.length>0)throw t.b(o);let s=a.run;return{region:a.region,run:s===``?i:s,expired:a.expired,roleName:a[`role-name`],deleteRole:a[`delete-role`],dryRun:a[`dry-run`]}}function toCleanupOutputs({removed:e}){return{removed:JSON.stringify(e.map(({resource:e,id:t,run:n,because:r})=>({kind:e,id:t,run:n,because:r})))}}function judgeCleanup({failed:e,found:n,removed:r},{dryRun:i,region:a}){return e.length===0?{pass:!0,text:i?`${count(n)} would be removed.`:`${count(r)} removed.`,hint:``}:{pass:!1,text:e.map(({resource:e,id:n,why:r})=>t.z(`The ${e} ${n} is left behind: ${r}`)).join(` | `),hint:`By hand: ${e.flatMap(e=>toRemoval(e,a)).join(` ; `)}`}}function renderCleanup(e,n){let{found:i,kept:a}=e,{pass:o,text:s}=judgeCleanup(e,n),c=i.slice(0,1e3).map(n=>[n.resource,t.p(n.id),t.m(n.run),r[n.because],fate(n,e)]),l=i.length-c.length;return`${[`## ${o?`✅`:`❌`} Clean-up${n.dryRun?` (dry run)`:``}: ${o?s:`not everything could be removed`}`,`Account ${t.p(e.account)}, region ${t.p(n.region)}${n.run===null?``:`, run ${t.p(n.run)}`}`,...c.length===0?[]:[t.d([[`What`,`Id`,`Run`,`Why`,`Now`],...c])],...l>0?[`And ${l} more; the log has them all.`]:[],...a===``?[]:[`> ⚠ ${t.m(a)}`],...byHand(e,n)].join(`

`)}\n`}const r={run:`of that run`,expired:`its time is over`};function fate(e,{removed:n,failed:r}){let i=r.find(({id:t})=>t===e.id);return i===void 0?n.some(({id:t})=>t===e.id)?e.resource===`experiment`?`stopped`:`deleted`:`would be removed`:`LEFT BEHIND: ${t.m(i.why)}`}function byHand({failed:e},{region:t}){let n=e.flatMap(e=>toRemoval(e,t));return n.length===0?[]:[`By hand:\n\n\`\`\`sh\n${n.join(`
`)}\n\`\`\``]}function count(e){return e.length===1?`1 leftover`:`${e.length} leftovers`}const i=3500;async function cleanup(){t.s(process.env);let n=t.u(),r=t.a(n,e=>t.o(t.f(e,t.g.timezone.fallback))),a=t.n(i,e=>r.record({kind:`cancelled`,by:e}));t.r({removed:`[]`});try{let o=parseCleanup(t.V,process.env,t.l()),{createAws:s}=await Promise.resolve().then(()=>/* @__PURE__ */ e.n(__nccwpck_require__(61),1)),c={signal:a.cancel,graceMs:i},l=await runCleanup({...s({region:o.region,userAgent:[`spot-interrupt`,t.h],limits:c}),clock:n,log:r,cancel:a.cancel},o);t.r(toCleanupOutputs(l)),t.i(r,renderCleanup(l,o));let{pass:u,text:d,hint:f}=judgeCleanup(l,o);r.record({kind:u?`passed`:`failed`,text:d}),u||t.H(t.z(d,f))}catch(e){let n=t.B(e);r.record({kind:`failed`,text:n.message}),t.H(t.L(n))}a.cancel.aborted&&t.t()}cleanup();
module.exports = __webpack_exports__;
/******/ })()
;