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

/***/ 233:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {

const e=__nccwpck_require__(489);async function run(t,n,{world:r,back:i=r,aside:a=i,ledger:o}){let s={invocation:n.invocation,region:t.region,partition:e.bt(t.region),timezone:t.timezone},c=e.S(r,t.probes,r.cancel);o.open({...s,account:``});try{r.log.tell({kind:`planned`,plan:e.M(t)});let i=await phase(r,`setup`,async()=>{let{account:i}=await e.C(r,{...t,needsMs:e.A(t)}),a=e.j(t,n,{account:i,now:r.clock.now()});return o.open({...s,account:i}),warnTooFew(r,t),await c.baseline(),{plan:a,roleArn:await e.b(r,a,o)}});return await phase(r,`experiment`,async()=>{r.log.tell({kind:`announced`,plan:i.plan});let t=await e.h(r,i.plan,{ledger:o,roleArn:i.roleArn}),n=await e.w(r,i.plan,{ledger:o,templateId:t,breach:c.breach});await c.finish(i.plan,n);for(let t of e.st(e.ct(r.log.timeline(),i.plan)))r.log.tell({kind:`warned`,what:t});let a=r.log.timeline(),s=e.O(e.k(a,i.plan,n),e.F(a,i.plan));return r.log.tell({kind:s.pass?`passed`:`failed`,text:s.text}),s})}catch(t){if(!e.wt(t,`cancelled`))throw t;return endCancelled(r)}finally{c.abandon(),o.page()?.account&&await phase(i,`cleanup`,async()=>({pass:await e.T(i,o)})),o.close(),t.sweep&&o.page()?.account&&!r.cancel.aborted&&await e.v(a)}}function endCancelled(t){t.log.tell({kind:`ended`,ending:`cancelled`});let n=e.at(t.log.timeline());return t.log.tell({kind:`failed`,text:n.text}),n}async function finish(t,n){await phase(t,`cleanup`,async()=>{let r=await identify(t),i=n.page();if(i!==void 0&&i.account!==``&&r!==i.account)throw wrongAccount(r,i.account);return{pass:await e.T(t,n,{alive:i?.closed!==!0})}})}async function identify({sts:t}){for(let n=2;;n--)try{return(await t.whoami()).account}catch(t){if(n===0||!e.wt(t,`throttled`,`service`,`unreachable`))throw t}}function warnTooFew({log:t},{probes:n,mode:r}){let i=n===void 0?void 0:e.et(n.rules,r);i!==void 0&&t.tell({kind:`warned`,what:i})}function wrongAccount(t,n){return new e.St(`refused`,`The credentials are those of account ${t} now, but what is to be cleaned up is in ${n}.`,`Keep the credentials of that account until the end of the job.`)}async function phase(t,n,r){let i=t.clock.monotonicMs(),end=e=>t.log.tell({kind:`phase-ended`,phase:n,ok:e,tookMs:t.clock.monotonicMs()-i});t.log.tell({kind:`phase-begun`,phase:n});try{let e=await r();return end(!isFailure(e)),e}catch(n){throw e.wt(n,`cancelled`)||t.log.tell({kind:`failed`,text:n instanceof e.St?n.message:String(n)}),end(!1),n}}function isFailure(e){return typeof e==`object`&&!!e&&`pass`in e&&e.pass===!1}Object.defineProperty(exports, "n", ({enumerable:!0,get:function(){return run}})),Object.defineProperty(exports, "t", ({enumerable:!0,get:function(){return finish}}));

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
const e=__nccwpck_require__(489),t=__nccwpck_require__(233);async function post(){e.c(process.env);let t=e.t(),n=e.G(t);t===``?e.jt(`Nothing was created, nothing to clean up.`):n===void 0?e.Nt(`The saved state is not of this version, so what the run created can not be told. Look for the tag ManagedBy=spot-interrupt in FIS and IAM.`):n.closed===!0&&n.entries.every(({keep:e})=>e===!0)?e.jt(`Everything was cleaned up by the main step.`):await clean(n)}async function clean(n){n.closed!==!0&&e.a(process.env.RUNNER_TEMP,n.invocation).raise();let r=e.m(),i=e.o(r,t=>e.s(e.R(t,n.timezone))),a=e.W(e.n,n),o=e.i(6e3,e=>i.tell({kind:`cancelled`,by:e}),17e4),s=[];try{let{createAws:c}=await Promise.resolve().then(()=>__nccwpck_require__(61)),l=c({region:n.region,userAgent:[`spot-interrupt`,e.U],limits:{signal:o.leave}});await t.t({...l,clock:r,log:i,cancel:o.cancel},a),s.push(...e.pt(i.timeline(),`left`).map(e=>`The ${e.resource} ${e.id} is left behind: ${e.why}`))}catch(t){s.push(e.Ct(e.Tt(t)))}let c=(a.page()?.entries??[]).filter(({keep:e})=>e!==!0);c.length>0&&e.Nt(`${s.join(` | `)||`There was no time to clean up.`} By hand: ${c.flatMap(t=>e.E(t,n)).join(` ; `)}`),e.r()}post();
module.exports = __webpack_exports__;
/******/ })()
;