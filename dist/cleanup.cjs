/******/ (() => { // webpackBootstrap
/******/ 	var __webpack_modules__ = ({

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
const e=__nccwpck_require__(489);function findReason(t,{run:n,expired:r,now:i}){if(e.y(t))return n!==null&&isOfRun(t,n)?`run`:r&&isExpired(t,i)?`expired`:void 0}function isOfRun(t,n){let r=`${e.b(n)}/`,i=t[e._.run]??``;return i.startsWith(r)&&/^\d+$/.test(i.slice(r.length))}function isExpired(t,n){return Date.parse(t[e._.expiresAt]??``)<n.getTime()}function findLeftovers(t,n,r){return n.flatMap(({id:n,tags:i})=>{let a=findReason(i,r);return a===void 0?[]:[{resource:t,id:n,run:i[e._.run]??``,because:a}]})}async function awaitEnd(t,n){let r=t.clock.monotonicMs()+15e3;for(;;){let i=await readStatus(t,n);if(e.p(i)||t.cancel.aborted)return;if(t.clock.monotonicMs()>=r){if(i===`stopping`)return;throw new e.E(`conflict`,`FIS took StopExperiment, but the experiment is still ${i}.`)}await t.clock.sleep(2e3,t.cancel)}}async function readStatus(t,n){try{return(await t.fis.readExperiment(n)).status}catch(t){if(e.O(t,`missing`))return`stopped`;throw t}}async function sweep(e,t,{dryRun:n=!1}={}){let r=await findRunning(e,t),i=findLeftovers(`template`,await e.fis.listTemplates(),t);if(n)return{found:[...r,...i],removed:[],failed:[]};let a=await removeAll(e,r,t=>e.fis.stopExperiment(t)),o=await removeAll(e,i,t=>e.fis.deleteTemplate(t)),s=new Set(r.map(({id:e})=>e)),c=i.length===0?[]:(await findRunning(e,t)).filter(({id:e})=>!s.has(e)),l=[a,o,await removeAll(e,c,t=>e.fis.stopExperiment(t))];return{found:[...r,...i,...c],removed:l.flatMap(({removed:e})=>e),failed:l.flatMap(({failed:e})=>e)}}async function sweepRole(t,n,{scope:r,dryRun:i=!1,spare:a=[]}){let o=await t.iam.readRole(n);if(o===void 0)return{};let s=findHold(o,r)??await findUser(t,o,a);if(s!==void 0)return{kept:s};let c=r.run!==null&&isOfRun(o.tags,r.run)?`run`:`expired`,l={resource:`role`,id:n,run:o.tags[e._.run]??``,because:c};return i||(await t.iam.deletePolicy(n,e.C),await t.iam.deleteRole(n),t.log.record({kind:`swept`,...l})),{gone:l}}function findHold({name:t,tags:n},{run:r,now:i}){if(!e.y(n))return`The role ${t} was not made by this action, so it is not deleted.`;let a=r!==null&&isOfRun(n,r),o=n[e._.expiresAt];if(!(a||o===void 0||isExpired(n,i)))return`The role ${t} was made by the run ${n[e._.run]??`?`}, which may need it until ${o}, so it is not deleted.`}async function awaitStopped(e,t){let n=t.filter(({resource:e})=>e===`experiment`);await Promise.allSettled(n.map(({id:t})=>awaitEnd(e,t)))}async function findRunning(t,n){return findLeftovers(`experiment`,(await t.fis.listExperiments()).filter(({status:t})=>!e.p(t)),n)}async function removeAll(t,n,r){let i=[],a=[];for(let o of n)try{await r(o.id),i.push(o),t.log.record({kind:`swept`,...o})}catch(t){if(e.O(t,`expired`,`credentials`,`cancelled`))throw t;a.push({...o,why:e.D(e.A(t))})}return{removed:i,failed:a}}async function findUser(t,{name:n,arn:r},i){let a=new Set(i.map(({id:e})=>e));for(let{id:e}of await t.fis.listTemplates())if(!a.has(e)&&await t.fis.readTemplateRole(e)===r)return`The template ${e} uses the role ${n}, so it is not deleted.`;for(let{id:i,status:o}of await t.fis.listExperiments())if(!(e.p(o)||a.has(i))&&await t.fis.readExperimentRole(i)===r)return`The experiment ${i}, which is ${o}, uses the role ${n}, so it is not deleted.`}async function runCleanup(e,t){let{account:n,arn:r}=await e.sts.whoami();e.log.record({kind:`caller`,account:n,arn:r});let i={run:t.run,expired:t.expired,now:e.clock.awsNow()},a=await sweep(e,i,t);return await awaitStopped(e,a.removed),t.deleteRole?{account:n,...await withRole(e,t,{scope:i,swept:a})}:{account:n,...a,kept:``}}async function withRole(t,{roleName:n,dryRun:r},{scope:i,swept:a}){try{let{gone:e,kept:o=``}=await sweepRole(t,n,{scope:i,dryRun:r,spare:r?a.found:[]});o!==``&&t.log.record({kind:`warned`,what:o});let s=e===void 0?[]:[e];return{...a,found:[...a.found,...s],removed:[...a.removed,...r?[]:s],kept:o}}catch(t){let r={resource:`role`,id:n,run:``,because:`run`,why:e.D(e.A(t))};return{...a,found:[...a.found,r],failed:[...a.failed,r],kept:``}}}const t={region:e.l,run:e.m(``,"`owner/repo/run id`, as in `octo/service/123456789`",e=>e===``||/^[\w.-]+\/[\w.-]+\/\d+$/.test(e)?e:void 0),expired:e.h(`true`),"role-name":e.u,"delete-role":e.h(`false`),"dry-run":e.h(`false`)};function parseCleanup(n,r,i){let a=e.g(t,e.f(n,r));return{region:a.region,run:a.run===``?i:a.run,expired:a.expired,roleName:a[`role-name`],deleteRole:a[`delete-role`],dryRun:a[`dry-run`]}}function toRemoval({resource:e,id:t},n){return toCommands({kind:e,name:t,id:t},{region:n,invocation:``})}function toCommands(t,n){let r=`--region ${n.region}`,i=`?tags.\\"${e._.invocation}\\"=='${n.invocation}'`;switch(t.kind){case`role`:return[`aws iam delete-role-policy --role-name ${t.name} --policy-name ${e.C}`,`aws iam delete-role --role-name ${t.name}`];case`template`:return t.id===void 0?[`aws fis list-experiment-templates ${r} --query "experimentTemplates[${i}].id"`,`aws fis delete-experiment-template ${r} --id <each of them>`]:[`aws fis delete-experiment-template ${r} --id ${t.id}`];case`experiment`:return t.id===void 0?[`aws fis list-experiments ${r} --query "experiments[${i}].id"`,`aws fis stop-experiment ${r} --id <each of them>`]:[`aws fis stop-experiment ${r} --id ${t.id}`]}}function toCleanupOutputs({removed:e}){return{removed:JSON.stringify(e.map(({resource:e,id:t,run:n,because:r})=>({kind:e,id:t,run:n,because:r})))}}function judgeCleanup({failed:t,found:n,removed:r},{dryRun:i,region:a}){return t.length===0?{pass:!0,text:i?`${count(n)} would be removed.`:`${count(r)} removed.`,hint:``}:{pass:!1,text:t.map(({resource:t,id:n,why:r})=>e.k(`The ${t} ${n} is left behind: ${r}`)).join(` | `),hint:`By hand: ${t.flatMap(e=>toRemoval(e,a)).join(` ; `)}`}}function renderCleanup(t,r){let{found:i,kept:a}=t,{pass:o,text:s}=judgeCleanup(t,r),c=i.slice(0,1e3).map(r=>[r.resource,e.o(r.id),e.s(r.run),n[r.because],fate(r,t)]),l=i.length-c.length;return`${[`## ${o?`✅`:`❌`} Clean-up${r.dryRun?` (dry run)`:``}: ${o?s:`not everything could be removed`}`,`Account ${e.o(t.account)}, region ${e.o(r.region)}${r.run===null?``:`, run ${e.o(r.run)}`}`,...c.length===0?[]:[e.c([[`What`,`Id`,`Run`,`Why`,`Now`],...c])],...l>0?[`And ${l} more; the log has them all.`]:[],...a===``?[]:[`> ⚠ ${e.s(a)}`],...byHand(t,r)].join(`

`)}\n`}const n={run:`of that run`,expired:`its time is over`};function fate(t,{removed:n,failed:r}){let i=r.find(({id:e})=>e===t.id);return i===void 0?n.some(({id:e})=>e===t.id)?t.resource===`experiment`?`stopped`:`deleted`:`would be removed`:`LEFT BEHIND: ${e.s(i.why)}`}function byHand({failed:e},{region:t}){let n=e.flatMap(e=>toRemoval(e,t));return n.length===0?[]:[`By hand:\n\n\`\`\`sh\n${n.join(`
`)}\n\`\`\``]}function count(e){return e.length===1?`1 leftover`:`${e.length} leftovers`}e.t(async({log:t,connect:n})=>{e.n({removed:`[]`});let r=parseCleanup(e.M,process.env,e.a()),i=await runCleanup(await n(r.region),r);return e.n(toCleanupOutputs(i)),e.r(t,renderCleanup(i,r)),judgeCleanup(i,r)});
module.exports = __webpack_exports__;
/******/ })()
;