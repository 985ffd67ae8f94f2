/******/ (() => { // webpackBootstrap
/******/ 	var __webpack_modules__ = ({

/***/ 761:
/***/ ((module) => {

"use strict";
module.exports = require("./base.cjs");

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
const e=__nccwpck_require__(761);function readPendingUntil({status:n,startAt:r,actions:i}){let a=!e.J(n),o=i.flatMap(e=>readEndMs(e,a?r:void 0)??(a?[1/0]:[]));return a&&i.length===0&&o.push((r?.getTime()??1/0)+9e5+e.B),o.length===0?void 0:new Date(Math.min(Math.max(...o),t))}const t=864e13;function readEndMs({startAt:t,durationMs:n=0},r){let i=t??r;return i===void 0?void 0:i.getTime()+n+e.B}function judgeLeftover(t,n,r={}){if(!e.Dt(t))return`not-meant`;let i=n.run!==null&&isOfRun(t,n.run);return i&&isOfJob(t,n.job)?`run`:!n.expired||!isExpired(t,n.now)?i?`spared`:`not-meant`:isBusy(r,n.now)?`spared`:`expired`}function isBusy({pendingUntil:e,startAt:t},n){return e===void 0||e<=n?!1:t===void 0||t.getTime()+144e5>=n.getTime()}function isOfRun(t,n){let r=`${e.At(n)}/`,i=t[e.Tt.run]??``;return i.startsWith(r)&&/^\d+$/.test(i.slice(r.length))}function isOfJob(t,n){return n===void 0||n!==``&&t[e.Tt.job]===n}function isExpired(t,n){return Date.parse(t[e.Tt.expiresAt]??``)<n.getTime()}function toMaker(t){return`${t[e.Tt.run]??``} ${t[e.Tt.invocation]??``}`}function judgeListing(t,n,{scope:r,busy:i=/* @__PURE__ */ new Set}){let a=n.map(({tags:e,activity:t,id:n})=>{let a=judgeLeftover(e,r,t);return{id:n,tags:e,fate:a===`expired`&&i.has(toMaker(e))?`spared`:a}}),toThing=({id:n,tags:r})=>({resource:t,id:n,run:r[e.Tt.run]??``}),o=a.filter(({fate:e})=>e===`spared`);return{meant:a.flatMap(({fate:e,...t})=>e===`run`||e===`expired`?[{...toThing(t),because:e}]:[]),spared:o.map(toThing),busy:new Set(o.map(({tags:e})=>toMaker(e)))}}async function findRoleUser(t,n,r=[]){let{name:i,arn:a}=n,o=(await t.fis.listExperiments()).filter(({id:t,status:n})=>!e.J(n)&&!r.includes(t));for(let{id:e,status:n}of o)if(await t.fis.readExperimentRole(e)===a)return`The experiment ${e}, which is ${n}, uses the role ${i}, so it is not deleted.`;let s=(await t.fis.listTemplates()).filter(({id:e,tags:t})=>!r.includes(e)&&mayName(n,t));for(let{id:e}of s)if(await t.fis.readTemplateRole(e)===a)return`The template ${e} uses the role ${i}, so it is not deleted.`}function mayName(t,n){return!e.Ot(t)||e.Et(n,t.tags[e.Tt.invocation]??``)}async function removeRole({iam:t},n){await t.deletePolicy(n,e.w),await t.deleteRole(n)}async function sweepRole(t,n,{scope:r,dryRun:i=!1,spare:a=[]}){let o=await t.iam.readRole(n);if(o===void 0)return{};let s=findReason(o,r);if(s===void 0)return{kept:describeHold(o)};let c=await findRoleUser(t,o,a.map(({id:e})=>e)).catch(e=>Promise.reject(toUnseen(n,e)));if(c!==void 0)return{kept:c};let l={resource:`role`,id:n,run:o.tags[e.Tt.run]??``,because:s};return i||await removeRole(t,n),t.log.record({kind:i?`found`:`swept`,...l}),{gone:l}}async function findOwnRoles({iam:t},r){let i=r.slice(0,n);return(await t.listRoles(i)).filter(t=>e.kt(t,r))}const n=55;function findReason({tags:t},n){let r=judgeLeftover(t,{...n,expired:!0});return r===`run`||r===`expired`?r:e.Dt(t)&&t[e.Tt.expiresAt]===void 0?`expired`:void 0}function describeHold({name:t,tags:n}){return e.Dt(n)?`The role ${t} was made by the run ${n[e.Tt.run]??`?`}, which may need it until ${n[e.Tt.expiresAt]}, so it is not deleted.`:`The role ${t} was not made by this action, so it is not deleted.`}function toUnseen(t,n){let{fault:r,message:i,hint:a,cause:o}=e.Rt(n),s=r===`denied`?`To see users of others, the job needs the statement ReadRoleUsers (docs/permissions.md).`:``,c=`Nobody can see here who uses the role ${t}, so it is not deleted: ${i}`;return new e.Nt(r,c,e.Lt(a,s),o)}async function awaitEnd(t,n){let r=t.clock.monotonicMs()+15e3;for(;;){let i=await readStatus(t,n);if(e.J(i)||t.cancel.aborted)return;if(t.clock.monotonicMs()>=r){if(i===`stopping`)return;throw new e.Nt(`conflict`,`FIS took StopExperiment, but the experiment is still ${i}.`)}await t.clock.sleep(2e3,t.cancel)}}async function readStatus(t,n){try{return(await t.fis.readExperiment(n)).status}catch(t){if(e.It(t,`missing`))return`stopped`;throw t}}Object.defineProperty(exports, "a", ({enumerable:!0,get:function(){return sweepRole}})),Object.defineProperty(exports, "c", ({enumerable:!0,get:function(){return readPendingUntil}})),Object.defineProperty(exports, "i", ({enumerable:!0,get:function(){return removeRole}})),Object.defineProperty(exports, "n", ({enumerable:!0,get:function(){return findOwnRoles}})),Object.defineProperty(exports, "o", ({enumerable:!0,get:function(){return judgeLeftover}})),Object.defineProperty(exports, "r", ({enumerable:!0,get:function(){return findRoleUser}})),Object.defineProperty(exports, "s", ({enumerable:!0,get:function(){return judgeListing}})),Object.defineProperty(exports, "t", ({enumerable:!0,get:function(){return awaitEnd}}));
})();

module.exports = __webpack_exports__;
/******/ })()
;