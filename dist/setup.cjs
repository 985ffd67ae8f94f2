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

/***/ 598:
/***/ ((module) => {

"use strict";
module.exports = require("node:crypto");

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
const require_shared=__nccwpck_require__(489);let node_crypto=__nccwpck_require__(598);const SETUP_FIELDS={region:require_shared.q,"role-name":require_shared.J,tags:require_shared.Y};function parseSetup(read,env){let{parsed,problems}=require_shared.Z(SETUP_FIELDS,require_shared.$(read,env));if(problems.length>0)throw require_shared.X(problems);return{region:parsed.region,roleName:parsed[`role-name`],tags:parsed.tags}}function toSetupOutputs({roleArn,created}){return{"role-arn":roleArn,created:String(created)}}function renderSetup(made){let{place,roleArn,roleName,created,rebalance,serviceRole}=made,rows=[[`Account`,require_shared.B(place.account)],[`Region`,`${require_shared.V(place.region)}, which offers interruptions${REBALANCE[rebalance]}`],[`Experiment role`,`${require_shared.B(roleArn)}, ${created?`created`:`was there before`}`],[`Role of FIS itself`,serviceRole===`created`?`created`:`was there before`]],policy=JSON.stringify(JSON.parse(require_shared.x(place,roleArn)),void 0,2);return`${[`## ✅ Setup: ready for Spot interruptions`,require_shared.d([[``,``],...rows]),`### The policy of the calling workflow`,`All that a job needs which runs the action with \`role-arn: ${roleArn}\`. Of IAM that is \`iam:PassRole\` on ${require_shared.B(roleName)} and nothing else.`,`\`\`\`json\n${policy}\n\`\`\``].join(`

`)}\n`}const REBALANCE={offered:` and rebalance recommendations`,absent:`, but no rebalance recommendations of their own`,unknown:``};async function prepare(world,inputs,who){let{region,roleName}=inputs,[caller,interruption,rebalance]=await Promise.all([world.sts.whoami(),world.fis.readAction(require_shared._t.interruption),world.fis.readAction(require_shared._t.rebalance)]);if(world.log.tell({kind:`caller`,account:caller.account,arn:caller.arn}),interruption===`absent`)throw new require_shared.St(`refused`,`FIS does not offer ${require_shared._t.interruption} in ${region}.`,`Run where it does (https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html). Nothing was created.`);let place={partition:require_shared.bt(region),region,account:caller.account},serviceRole=await ensureServiceRole(world),now=world.clock.now(),tags=require_shared.xt(who,`interruption`,{createdAt:now,expiresAt:new Date(now.getTime()+21e5)},inputs.tags),ledger=require_shared.W(()=>void 0);return ledger.open({invocation:who.invocation,...place,timezone:``}),{place,roleArn:await require_shared.b(world,{roleArn:null,roleName,createRole:!0,deleteRole:!1,place,who,tags},ledger),roleName,created:require_shared.mt(world.log.timeline(),`role`)?.origin===`created`,rebalance,serviceRole}}async function ensureServiceRole(world){return await world.iam.readRole(`AWSServiceRoleForFIS`)===void 0&&await world.iam.createServiceRole(`fis.amazonaws.com`)?`created`:`there`}const LEAVE_MS=3500;async function setup(){require_shared.c(process.env);let clock=require_shared.m(),log=require_shared.o(clock,event=>require_shared.s(require_shared.R(event,require_shared.K.timezone.fallback))),signals=require_shared.i(LEAVE_MS,by=>log.tell({kind:`cancelled`,by}));try{let inputs=parseSetup(require_shared.At,process.env),{createAws}=await Promise.resolve().then(()=>__nccwpck_require__(61)),limits={signal:signals.cancel,graceMs:LEAVE_MS},prepared=await prepare({...createAws({region:inputs.region,userAgent:[`spot-interrupt`,require_shared.U],limits}),clock,log,cancel:signals.cancel},inputs,require_shared.f(node_crypto.randomUUID));require_shared.l(toSetupOutputs(prepared)),await require_shared.u(renderSetup(prepared)),log.tell({kind:`passed`,text:`FIS can interrupt Spot instances in ${inputs.region} with ${prepared.roleArn}`})}catch(thrown){let error=require_shared.Tt(thrown);log.tell({kind:`failed`,text:error.message}),require_shared.Nt(require_shared.Ct(error))}signals.cancel.aborted&&require_shared.r()}setup();
module.exports = __webpack_exports__;
/******/ })()
;