/******/ (() => { // webpackBootstrap
/******/ 	var __webpack_modules__ = ({

/***/ 761:
/***/ ((module) => {

"use strict";
module.exports = require("./base.cjs");

/***/ }),

/***/ 588:
/***/ ((module) => {

"use strict";
module.exports = require("./stop.cjs");

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
// This entry need to be wrapped in an IIFE because it uses a non-standard name for the exports (exports).
(() => {
var exports = __webpack_exports__;
const e=__nccwpck_require__(588),t=__nccwpck_require__(761);async function sweep(t,n,{dryRun:r=!1}={}){let i=await judgeExperiments(t,n),a=e.s(`template`,await t.fis.listTemplates(),{scope:n,busy:i.busy}),o=[...i.spared,...a.spared];for(let e of o)t.log.record({kind:`spared`,...e});if(r){let e=[...i.meant,...a.meant];for(let n of e)t.log.record({kind:`found`,...n});return{found:e,removed:[],failed:[],spared:o}}let s=await removeAll(t,i.meant,e=>t.fis.stopExperiment(e)),c=await removeAll(t,a.meant,e=>t.fis.deleteTemplate(e)),l=new Set(i.meant.map(({id:e})=>e)),u=a.meant.length===0?[]:(await judgeExperiments(t,n)).meant.filter(({id:e})=>!l.has(e)),d=[s,c,await removeAll(t,u,e=>t.fis.stopExperiment(e))];return{found:[...i.meant,...a.meant,...u],removed:d.flatMap(({removed:e})=>e),failed:d.flatMap(({failed:e})=>e),spared:o}}async function sweepExpired(n,{ownRoles:r}={}){let work=async()=>{let t={run:null,expired:!0,now:n.clock.awsNow()},{removed:i,failed:a}=await sweep(n,t);for(let{resource:e,id:t,why:r}of a)n.log.record({kind:`unswept`,why:`${e} ${t}: ${r}`});await awaitStopped(n,i);for(let i of r===void 0?[]:await e.n(n,r))await e.a(n,i,{scope:t})};try{await Promise.race([work(),rejectWhenAborted(n.cancel)])}catch(e){let r=t.Pt(t.Rt(e)),i=t.It(e,`denied`);n.log.record(i?{kind:`warned`,what:`Expired leftovers of other runs may stay: ${r}`}:{kind:`unswept`,why:r})}}async function awaitStopped(t,n){let r=n.filter(({resource:e})=>e===`experiment`);await Promise.allSettled(r.map(({id:n})=>e.t(t,n)))}async function judgeExperiments(n,r){let i=(await n.fis.listExperiments()).filter(({status:e})=>!t.J(e)),a=[];for(let{id:t,tags:o}of i){let i=e.o(o,r)===`expired`;a.push({id:t,tags:o,...i?{activity:await readActivity(n,t)}:{}})}return e.s(`experiment`,a,{scope:r})}async function readActivity({fis:n},r){try{let t=await n.readExperiment(r),i=e.c(t);return{...i===void 0?{}:{pendingUntil:i},...t.startAt===void 0?{}:{startAt:t.startAt}}}catch(e){if(t.It(e,`missing`))return{};throw e}}async function removeAll(e,n,r){let i=[],a=[];for(let o of n){if(e.cancel.aborted)throw toEnded();try{await r(o.id),i.push(o),e.log.record({kind:`swept`,...o})}catch(e){if(t.It(e,`expired`,`credentials`,`cancelled`))throw e;a.push({...o,why:t.Pt(t.Rt(e))})}}return{removed:i,failed:a}}function rejectWhenAborted(e){return new Promise((t,n)=>{e.aborted?n(toEnded()):e.addEventListener(`abort`,()=>n(toEnded()),{once:!0})})}function toEnded(){return new t.Nt(`cancelled`,`The step was told to end.`)}async function sweepAfter(e,{sweep:t,deleteRole:n,roleName:r},i){t&&i.state()?.account&&!e.cancel.aborted&&await sweepExpired(e,n?{ownRoles:r}:{})}exports.sweepAfter=sweepAfter;
})();

module.exports = __webpack_exports__;
/******/ })()
;