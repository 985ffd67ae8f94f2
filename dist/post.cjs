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

const require_shared=__nccwpck_require__(489);async function run(inputs,who,{world,back=world,aside=back,ledger}){let page={invocation:who.invocation,region:inputs.region,partition:require_shared.bt(inputs.region),timezone:inputs.timezone},prober=require_shared.S(world,inputs.probes,world.cancel);ledger.open({...page,account:``});try{world.log.tell({kind:`planned`,plan:require_shared.M(inputs)});let ready=await phase(world,`setup`,async()=>{let{account}=await require_shared.C(world,{...inputs,needsMs:require_shared.A(inputs)}),plan=require_shared.j(inputs,who,{account,now:world.clock.now()});return ledger.open({...page,account}),warnTooFew(world,inputs),await prober.baseline(),{plan,roleArn:await require_shared.b(world,plan,ledger)}});return await phase(world,`experiment`,async()=>{world.log.tell({kind:`announced`,plan:ready.plan});let templateId=await require_shared.h(world,ready.plan,{ledger,roleArn:ready.roleArn}),ending=await require_shared.w(world,ready.plan,{ledger,templateId,breach:prober.breach});await prober.finish(ready.plan,ending);for(let what of require_shared.st(require_shared.ct(world.log.timeline(),ready.plan)))world.log.tell({kind:`warned`,what});let timeline=world.log.timeline(),verdict=require_shared.O(require_shared.k(timeline,ready.plan,ending),require_shared.F(timeline,ready.plan));return world.log.tell({kind:verdict.pass?`passed`:`failed`,text:verdict.text}),verdict})}catch(thrown){if(!require_shared.wt(thrown,`cancelled`))throw thrown;return endCancelled(world)}finally{prober.abandon(),ledger.page()?.account&&await phase(back,`cleanup`,async()=>({pass:await require_shared.T(back,ledger)})),ledger.close(),inputs.sweep&&ledger.page()?.account&&!world.cancel.aborted&&await require_shared.v(aside)}}function endCancelled(world){world.log.tell({kind:`ended`,ending:`cancelled`});let verdict=require_shared.at(world.log.timeline());return world.log.tell({kind:`failed`,text:verdict.text}),verdict}async function finish(world,ledger){await phase(world,`cleanup`,async()=>{let{account}=await world.sts.whoami(),page=ledger.page();if(page!==void 0&&page.account!==``&&account!==page.account)throw wrongAccount(account,page.account);return{pass:await require_shared.T(world,ledger,{alive:page?.closed!==!0})}})}function warnTooFew({log},{probes,mode}){let what=probes===void 0?void 0:require_shared.et(probes.rules,mode);what!==void 0&&log.tell({kind:`warned`,what})}function wrongAccount(now,then){return new require_shared.St(`refused`,`The credentials are those of account ${now} now, but what is to be cleaned up is in ${then}.`,`Keep the credentials of that account until the end of the job.`)}async function phase(world,name,work){let startMs=world.clock.monotonicMs(),end=ok=>world.log.tell({kind:`phase-ended`,phase:name,ok,tookMs:world.clock.monotonicMs()-startMs});world.log.tell({kind:`phase-begun`,phase:name});try{let result=await work();return end(!isFailure(result)),result}catch(thrown){throw require_shared.wt(thrown,`cancelled`)||world.log.tell({kind:`failed`,text:thrown instanceof require_shared.St?thrown.message:String(thrown)}),end(!1),thrown}}function isFailure(result){return typeof result==`object`&&!!result&&`pass`in result&&result.pass===!1}Object.defineProperty(exports, "n", ({enumerable:!0,get:function(){return run}})),Object.defineProperty(exports, "t", ({enumerable:!0,get:function(){return finish}}));

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
const require_shared=__nccwpck_require__(489),require_run=__nccwpck_require__(233);async function post(){require_shared.c(process.env);let saved=require_shared.t(),page=require_shared.G(saved);saved===``?require_shared.jt(`Nothing was created, nothing to clean up.`):page===void 0?require_shared.Nt(`The saved state is not of this version, so what the run created can not be told. Look for the tag ManagedBy=spot-interrupt in FIS and IAM.`):page.closed===!0&&page.entries.every(({keep})=>keep===!0)?require_shared.jt(`Everything was cleaned up by the main step.`):await clean(page)}async function clean(page){page.closed!==!0&&require_shared.a(process.env.RUNNER_TEMP,page.invocation).raise();let clock=require_shared.m(),log=require_shared.o(clock,event=>require_shared.s(require_shared.R(event,page.timezone))),ledger=require_shared.W(require_shared.n,page),signals=require_shared.i(6e3,by=>log.tell({kind:`cancelled`,by}),17e4),why=[];try{let{createAws}=await Promise.resolve().then(()=>__nccwpck_require__(61)),aws=createAws({region:page.region,userAgent:[`spot-interrupt`,require_shared.U],limits:{signal:signals.leave}});await require_run.t({...aws,clock,log,cancel:signals.cancel},ledger),why.push(...require_shared.pt(log.timeline(),`left`).map(one=>`The ${one.resource} ${one.id} is left behind: ${one.why}`))}catch(thrown){why.push(require_shared.Ct(require_shared.Tt(thrown)))}let left=(ledger.page()?.entries??[]).filter(({keep})=>keep!==!0);left.length>0&&require_shared.Nt(`${why.join(` | `)||`There was no time to clean up.`} By hand: ${left.flatMap(entry=>require_shared.E(entry,page)).join(` ; `)}`),require_shared.r()}post();
module.exports = __webpack_exports__;
/******/ })()
;