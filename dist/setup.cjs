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
const e=__nccwpck_require__(489);let t=__nccwpck_require__(598);const n={region:e.q,"role-name":e.J,tags:e.Y};function parseSetup(t,r){let{parsed:i,problems:a}=e.Z(n,e.$(t,r));if(a.length>0)throw e.X(a);return{region:i.region,roleName:i[`role-name`],tags:i.tags}}function toSetupOutputs({roleArn:e,created:t}){return{"role-arn":e,created:String(t)}}function renderSetup(t){let{place:n,roleArn:i,roleName:a,created:o,rebalance:s,serviceRole:c}=t,l=[[`Account`,e.B(n.account)],[`Region`,`${e.V(n.region)}, which offers interruptions${r[s]}`],[`Experiment role`,`${e.B(i)}, ${o?`created`:`was there before`}`],[`Role of FIS itself`,c===`created`?`created`:`was there before`]],u=JSON.stringify(JSON.parse(e.x(n,i)),void 0,2);return`${[`## ✅ Setup: ready for Spot interruptions`,e.d([[``,``],...l]),`### The policy of the calling workflow`,`All that a job needs which runs the action with \`role-arn: ${i}\`. Of IAM that is \`iam:PassRole\` on ${e.B(a)} and nothing else.`,`\`\`\`json\n${u}\n\`\`\``].join(`

`)}\n`}const r={offered:` and rebalance recommendations`,absent:`, but no rebalance recommendations of their own`,unknown:``};async function prepare(t,n,r){let{region:i,roleName:a}=n,[o,s,c]=await Promise.all([t.sts.whoami(),t.fis.readAction(e._t.interruption),t.fis.readAction(e._t.rebalance)]);if(t.log.tell({kind:`caller`,account:o.account,arn:o.arn}),s===`absent`)throw new e.St(`refused`,`FIS does not offer ${e._t.interruption} in ${i}.`,`Run where it does (https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html). Nothing was created.`);let l={partition:e.bt(i),region:i,account:o.account},u=await ensureServiceRole(t),d=t.clock.now(),f=e.xt(r,`interruption`,{createdAt:d,expiresAt:new Date(d.getTime()+21e5)},n.tags),p=e.W(()=>void 0);return p.open({invocation:r.invocation,...l,timezone:``}),{place:l,roleArn:await e.b(t,{roleArn:null,roleName:a,createRole:!0,deleteRole:!1,place:l,who:r,tags:f},p),roleName:a,created:e.mt(t.log.timeline(),`role`)?.origin===`created`,rebalance:c,serviceRole:u}}async function ensureServiceRole(e){return await e.iam.readRole(`AWSServiceRoleForFIS`)===void 0&&await e.iam.createServiceRole(`fis.amazonaws.com`)?`created`:`there`}const i=3500;async function setup(){e.c(process.env);let n=e.m(),r=e.o(n,t=>e.s(e.R(t,e.K.timezone.fallback))),a=e.i(i,e=>r.tell({kind:`cancelled`,by:e}));try{let o=parseSetup(e.At,process.env),{createAws:s}=await Promise.resolve().then(()=>__nccwpck_require__(61)),c={signal:a.cancel,graceMs:i},l=await prepare({...s({region:o.region,userAgent:[`spot-interrupt`,e.U],limits:c}),clock:n,log:r,cancel:a.cancel},o,e.f(t.randomUUID));e.l(toSetupOutputs(l)),await e.u(renderSetup(l)),r.tell({kind:`passed`,text:`FIS can interrupt Spot instances in ${o.region} with ${l.roleArn}`})}catch(t){let n=e.Tt(t);r.tell({kind:`failed`,text:n.message}),e.Nt(e.Ct(n))}a.cancel.aborted&&e.r()}setup();
module.exports = __webpack_exports__;
/******/ })()
;