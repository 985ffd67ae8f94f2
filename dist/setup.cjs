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
const e=__nccwpck_require__(188),t=__nccwpck_require__(489);let n=__nccwpck_require__(598);function createLedger(e,t){let n=t,write=t=>{n=t,e(JSON.stringify(t))},change=e=>{if(n===void 0)throw Error(`the ledger is written before it was opened`);write({...n,entries:e(n.entries)})};return{state:()=>n,open:e=>write({...e,version:1,entries:[]}),intend:e=>change(t=>[...t,e]),settle:(e,t)=>change(n=>n.map(n=>n.name===e?{...n,id:t}:n)),drop:e=>change(t=>t.filter(t=>t.name!==e)),close:()=>{n!==void 0&&write({...n,closed:!0})}}}function last(e,t){return e.findLast(e=>e.kind===t)}function toTrust(e){return JSON.stringify({Version:`2012-10-17`,Statement:[{Effect:`Allow`,Principal:{Service:t.O},Action:`sts:AssumeRole`,Condition:{StringEquals:{"aws:SourceAccount":e.account},ArnLike:{"aws:SourceArn":`arn:${e.partition}:fis:*:${e.account}:experiment/*`}}}]})}function toPolicy(e){return JSON.stringify({Version:`2012-10-17`,Statement:[{Effect:`Allow`,Action:`ec2:SendSpotInstanceInterruptions`,Resource:`arn:${e.partition}:ec2:*:${e.account}:instance/*`},{Effect:`Allow`,Action:`ec2:DescribeInstances`,Resource:`*`}]})}function toCallerPolicy({partition:e,account:n,region:r},i){let fis=t=>`arn:${e}:fis:${r}:${n}:${t}/*`,allow=(e,t,n={})=>({Effect:`Allow`,Action:e,Resource:t,...n});return JSON.stringify({Version:`2012-10-17`,Statement:[allow([`fis:CreateExperimentTemplate`,`fis:GetAction`],fis(`action`)),allow([`fis:CreateExperimentTemplate`,`fis:DeleteExperimentTemplate`,`fis:StartExperiment`,`fis:TagResource`],fis(`experiment-template`)),allow([`fis:StartExperiment`,`fis:GetExperiment`,`fis:StopExperiment`,`fis:TagResource`],fis(`experiment`)),allow([`fis:ListExperimentTemplates`,`fis:ListExperiments`],`*`),allow([`iam:PassRole`],i,{Condition:{StringEquals:{"iam:PassedToService":t.O}}}),allow([`ec2:DescribeInstances`,`ec2:DescribeSpotInstanceRequests`],`*`)]})}function allowsInterruptions(e){return readStatements(e).some(e=>e.Effect===`Allow`&&toList(e.Action).some(e=>matches(e,`ec2:SendSpotInstanceInterruptions`)))}function trustsFis(e){return readStatements(e).some(e=>{let t=e.Principal,n=typeof t==`object`&&t&&`Service`in t?toList(t.Service):[];return e.Effect===`Allow`&&n.includes(`fis.amazonaws.com`)})}function readStatements(e){try{let t=JSON.parse(e),n=typeof t==`object`&&t&&`Statement`in t?t.Statement:[];return(Array.isArray(n)?n:[n]).filter(e=>typeof e==`object`&&!!e)}catch{return[]}}function toList(e){return(Array.isArray(e)?e:[e]).filter(e=>typeof e==`string`)}function matches(e,t){let n=e.replace(/[.+^${}()|[\]\\]/g,`\\$&`).replaceAll(`*`,`.*`).replaceAll(`?`,`.`);return RegExp(`^${n}$`,`i`).test(t)}async function createRecorded(e,n,r){e.intend(n);try{let t=await r();return e.settle(n.name,t.id),t}catch(r){throw t.B(r).unsure||e.drop(n.name),r}}async function findRole(e,t){let n=e.clock.monotonicMs()+15e3;for(;;){let r=await e.iam.readRole(t);if(r!==void 0||e.cancel.aborted||e.clock.monotonicMs()>=n)return r;await e.clock.sleep(3e3,e.cancel)}}async function ensureRole(e,n,r){if(n.roleArn!==null)return tellRole(e,{arn:n.roleArn,name:n.roleArn.split(`/`).at(-1)??``},`given`);let i=await e.iam.readRole(n.roleName);if(i!==void 0)return tellRole(e,i,await adopt(e,n,i));if(!n.createRole)throw new t.I(`refused`,`There is no role ${n.roleName} in account ${n.place.account}, and create-role is false.`,`Create it (docs/permissions.md shows its two policies), name another with role-name or role-arn, or allow create-role.`);return(await create(e,n,r)).arn}function tellRole(e,t,n){return e.log.record({kind:`role`,origin:n,name:t.name,arn:t.arn}),t.arn}async function adopt(e,n,r){if(!trustsFis(r.trust))throw new t.I(`refused`,`The role ${r.name} can not be assumed by FIS: its trust policy lacks fis.amazonaws.com.`,`Add this statement to its trust policy, or name another role: ${statements(toTrust(n.place))}`);let i=await e.iam.readPolicy(r.name,t.D);if(i!==void 0&&allowsInterruptions(i))return`reused`;if(!t.M(r.tags))throw new t.I(`refused`,`The role ${r.name} has no inline policy ${t.D} that allows Spot interruptions, and it was not made by this action, so it is not changed.`,`Add the policy with ${statements(toPolicy(n.place))}, or set role-arn: ${r.arn} if the role may do so by another policy.`);return await e.iam.putPolicy(r.name,t.D,toPolicy(n.place)),`mended`}async function create(e,n,r){let{role:i}=await createRecorded(r,{kind:`role`,name:n.roleName,keep:!n.deleteRole},async()=>{let t=await createOrRecognise(e,n);return{id:t.arn,role:t}}),a=t.j(i.tags,n.who.invocation);return a||r.drop(n.roleName),await e.iam.putPolicy(i.name,t.D,toPolicy(n.place)),tellRole(e,i,a?`created`:`mended`),i}async function createOrRecognise(e,n){try{return await e.iam.createRole({name:n.roleName,description:`Lets AWS FIS send Spot interruptions, and nothing else. Made by spot-interrupt.`,trust:toTrust(n.place),tags:n.tags})}catch(r){let i=t.R(r,`exists`)?await findRole(e,n.roleName):void 0;if(i===void 0||!t.M(i.tags))throw r;return i}}function statements(e){return JSON.stringify(JSON.parse(e).Statement)}async function runSetup(e,n,r){let{region:i,roleName:a}=n,[o,s,c]=await Promise.all([e.sts.whoami(),e.fis.readAction(t.E.interruption),e.fis.readAction(t.E.rebalance)]);if(e.log.record({kind:`caller`,account:o.account,arn:o.arn}),s===`absent`)throw new t.I(`refused`,`FIS does not offer ${t.E.interruption} in ${i}.`,`Run where it does (https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html). Nothing was created.`);let l={partition:t.N(i),region:i,account:o.account},u=await ensureServiceRole(e),d=e.clock.now(),f=t.F(r,`interruption`,{createdAt:d,expiresAt:new Date(d.getTime()+21e5)},n.tags),p=createLedger(()=>void 0);return p.open({invocation:r.invocation,...l,timezone:``}),{place:l,roleArn:await ensureRole(e,{roleArn:null,roleName:a,createRole:!0,deleteRole:!1,place:l,who:r,tags:f},p),roleName:a,created:last(e.log.timeline(),`role`)?.origin===`created`,rebalance:c,serviceRole:u}}async function ensureServiceRole(e){return await e.iam.readRole(`AWSServiceRoleForFIS`)===void 0&&await e.iam.createServiceRole(`fis.amazonaws.com`)?`created`:`there`}const r={region:t._,"role-name":t.v,tags:t.y};function parseSetup(e,n){let{parsed:i,problems:a}=t.x(r,t.S(e,n));if(a.length>0)throw t.b(a);return{region:i.region,roleName:i[`role-name`],tags:i.tags}}function toSetupOutputs({roleArn:e,created:t}){return{"role-arn":e,created:String(t)}}function renderSetup(e){let{place:n,roleArn:r,roleName:a,created:o,rebalance:s,serviceRole:c}=e,l=[[`Account`,t.p(n.account)],[`Region`,`${t.m(n.region)}, which offers interruptions${i[s]}`],[`Experiment role`,`${t.p(r)}, ${o?`created`:`was there before`}`],[`Role of FIS itself`,c===`created`?`created`:`was there before`]],u=JSON.stringify(JSON.parse(toCallerPolicy(n,r)),void 0,2);return`${[`## ✅ Setup: ready for Spot interruptions`,t.d([[``,``],...l]),`### The policy of the calling workflow`,`All that a job needs which runs the action with \`role-arn: ${r}\`. Of IAM that is \`iam:PassRole\` on ${t.p(a)} and nothing else.`,`\`\`\`json\n${u}\n\`\`\``].join(`

`)}\n`}const i={offered:` and rebalance recommendations`,absent:`, but no rebalance recommendations of their own`,unknown:``},a=3500;async function setup(){t.s(process.env);let r=t.u(),i=t.a(r,e=>t.o(t.f(e,t.g.timezone.fallback))),o=t.n(a,e=>i.record({kind:`cancelled`,by:e}));try{let s=parseSetup(t.V,process.env),{createAws:c}=await Promise.resolve().then(()=>/* @__PURE__ */ e.n(__nccwpck_require__(61),1)),l={signal:o.cancel,graceMs:a},u=await runSetup({...c({region:s.region,userAgent:[`spot-interrupt`,t.h],limits:l}),clock:r,log:i,cancel:o.cancel},s,t.c(n.randomUUID));t.r(toSetupOutputs(u)),t.i(i,renderSetup(u)),i.record({kind:`passed`,text:`FIS can interrupt Spot instances in ${s.region} with ${u.roleArn}`})}catch(e){let n=t.B(e);i.record({kind:`failed`,text:n.message}),t.H(t.L(n))}o.cancel.aborted&&t.t()}setup();
module.exports = __webpack_exports__;
/******/ })()
;