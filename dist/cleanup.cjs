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
const require_shared=__nccwpck_require__(489),CLEANUP_FIELDS={region:require_shared.q,run:require_shared.nt(``,"`owner/repo/run id`, as in `octo/service/123456789`",text=>text===``||/^[\w.-]+\/[\w.-]+\/\d+$/.test(text)?text:void 0),expired:require_shared.rt(`true`),"role-name":require_shared.J,"delete-role":require_shared.rt(`false`),"dry-run":require_shared.rt(`false`)};function parseCleanup(read,env,current){let{parsed,problems}=require_shared.Z(CLEANUP_FIELDS,require_shared.$(read,env));if(problems.length>0)throw require_shared.X(problems);let run=parsed.run;return{region:parsed.region,run:run===``?current:run,expired:parsed.expired,roleName:parsed[`role-name`],deleteRole:parsed[`delete-role`],dryRun:parsed[`dry-run`]}}function toCleanupOutputs({removed}){return{removed:JSON.stringify(removed.map(({resource,id,run,because})=>({kind:resource,id,run,because})))}}function judgeTidied({failed,found,removed},{dryRun,region}){return failed.length===0?{pass:!0,text:dryRun?`${count(found)} would be removed.`:`${count(removed)} removed.`,hint:``}:{pass:!1,text:failed.map(({resource,id,why})=>require_shared.Et(`The ${resource} ${id} is left behind: ${why}`)).join(` | `),hint:`By hand: ${failed.flatMap(one=>require_shared.D(one,region)).join(` ; `)}`}}function renderCleanup(tidied,inputs){let{found,kept}=tidied,{pass,text}=judgeTidied(tidied,inputs),rows=found.slice(0,1e3).map(one=>[one.resource,require_shared.B(one.id),require_shared.V(one.run),REASON[one.because],fate(one,tidied)]),more=found.length-rows.length;return`${[`## ${pass?`✅`:`❌`} Clean-up${inputs.dryRun?` (dry run)`:``}: ${pass?text:`not everything could be removed`}`,`Account ${require_shared.B(tidied.account)}, region ${require_shared.B(inputs.region)}${inputs.run===null?``:`, run ${require_shared.B(inputs.run)}`}`,...rows.length===0?[]:[require_shared.d([[`What`,`Id`,`Run`,`Why`,`Now`],...rows])],...more>0?[`And ${more} more; the log has them all.`]:[],...kept===``?[]:[`> ⚠ ${require_shared.V(kept)}`],...byHand(tidied,inputs)].join(`

`)}\n`}const REASON={run:`of that run`,expired:`its time is over`};function fate(one,{removed,failed}){let left=failed.find(({id})=>id===one.id);return left===void 0?removed.some(({id})=>id===one.id)?one.resource===`experiment`?`stopped`:`deleted`:`would be removed`:`LEFT BEHIND: ${require_shared.V(left.why)}`}function byHand({failed},{region}){let commands=failed.flatMap(one=>require_shared.D(one,region));return commands.length===0?[]:[`By hand:\n\n\`\`\`sh\n${commands.join(`
`)}\n\`\`\``]}function count(leftovers){return leftovers.length===1?`1 leftover`:`${leftovers.length} leftovers`}async function tidy(world,inputs){let{account,arn}=await world.sts.whoami();world.log.tell({kind:`caller`,account,arn});let meant={run:inputs.run,expired:inputs.expired,now:world.clock.now()},swept=await require_shared._(world,meant,inputs);return await require_shared.g(world,swept.removed),inputs.deleteRole?{account,...await withRole(world,inputs,{meant,swept})}:{account,...swept,kept:``}}async function withRole(world,{roleName,dryRun},{meant,swept}){try{let{gone,kept=``}=await require_shared.y(world,roleName,{meant,dryRun,spare:dryRun?swept.found:[]});kept!==``&&world.log.tell({kind:`warned`,what:kept});let role=gone===void 0?[]:[gone];return{...swept,found:[...swept.found,...role],removed:[...swept.removed,...dryRun?[]:role],kept}}catch(thrown){let role={resource:`role`,id:roleName,run:``,because:`run`,why:require_shared.Ct(require_shared.Tt(thrown))};return{...swept,found:[...swept.found,role],failed:[...swept.failed,role],kept:``}}}const LEAVE_MS=3500;async function cleanup(){require_shared.c(process.env);let clock=require_shared.m(),log=require_shared.o(clock,event=>require_shared.s(require_shared.R(event,require_shared.K.timezone.fallback))),signals=require_shared.i(LEAVE_MS,by=>log.tell({kind:`cancelled`,by}));require_shared.l({removed:`[]`});try{let inputs=parseCleanup(require_shared.At,process.env,require_shared.p()),{createAws}=await Promise.resolve().then(()=>__nccwpck_require__(61)),limits={signal:signals.cancel,graceMs:LEAVE_MS},tidied=await tidy({...createAws({region:inputs.region,userAgent:[`spot-interrupt`,require_shared.U],limits}),clock,log,cancel:signals.cancel},inputs);require_shared.l(toCleanupOutputs(tidied)),await require_shared.u(renderCleanup(tidied,inputs));let{pass,text,hint}=judgeTidied(tidied,inputs);log.tell({kind:pass?`passed`:`failed`,text}),pass||require_shared.Nt(require_shared.Et(text,hint))}catch(thrown){let error=require_shared.Tt(thrown);log.tell({kind:`failed`,text:error.message}),require_shared.Nt(require_shared.Ct(error))}signals.cancel.aborted&&require_shared.r()}cleanup();
module.exports = __webpack_exports__;
/******/ })()
;