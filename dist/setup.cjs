/******/ (() => { // webpackBootstrap
/******/ 	var __webpack_modules__ = ({

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
const e=__nccwpck_require__(489);let t=__nccwpck_require__(598);function toTrust(t){return JSON.stringify({Version:`2012-10-17`,Statement:[{Effect:`Allow`,Principal:{Service:e.w},Action:`sts:AssumeRole`,Condition:{StringEquals:{"aws:SourceAccount":t.account},ArnLike:{"aws:SourceArn":`arn:${t.partition}:fis:*:${t.account}:experiment/*`}}}]})}function toPolicy(e){return JSON.stringify({Version:`2012-10-17`,Statement:[{Effect:`Allow`,Action:`ec2:SendSpotInstanceInterruptions`,Resource:`arn:${e.partition}:ec2:*:${e.account}:instance/*`},{Effect:`Allow`,Action:`ec2:DescribeInstances`,Resource:`*`}]})}function toCallerPolicy({partition:t,account:n,region:r},i){let fis=e=>`arn:${t}:fis:${r}:${n}:${e}/*`,allow=(e,t,n={})=>({Effect:`Allow`,Action:e,Resource:t,...n});return JSON.stringify({Version:`2012-10-17`,Statement:[allow([`fis:CreateExperimentTemplate`,`fis:GetAction`],fis(`action`)),allow([`fis:CreateExperimentTemplate`,`fis:DeleteExperimentTemplate`,`fis:StartExperiment`,`fis:TagResource`],fis(`experiment-template`)),allow([`fis:StartExperiment`,`fis:GetExperiment`,`fis:StopExperiment`,`fis:TagResource`],fis(`experiment`)),allow([`fis:ListExperimentTemplates`,`fis:ListExperiments`],`*`),allow([`iam:PassRole`],i,{Condition:{StringEquals:{"iam:PassedToService":e.w}}}),allow([`ec2:DescribeInstances`,`ec2:DescribeSpotInstanceRequests`],`*`)]})}function allowsInterruptions(e){return readStatements(e).some(e=>e.Effect===`Allow`&&toList(e.Action).some(e=>matches(e,`ec2:SendSpotInstanceInterruptions`)))}function trustsFis(e){return readStatements(e).some(e=>{let t=e.Principal,n=typeof t==`object`&&t&&`Service`in t?toList(t.Service):[];return e.Effect===`Allow`&&n.includes(`fis.amazonaws.com`)})}function readStatements(e){try{let t=JSON.parse(e),n=typeof t==`object`&&t&&`Statement`in t?t.Statement:[];return(Array.isArray(n)?n:[n]).filter(e=>typeof e==`object`&&!!e)}catch{return[]}}function toList(e){return(Array.isArray(e)?e:[e]).filter(e=>typeof e==`string`)}function matches(e,t){let n=e.replace(/[.+^${}()|[\]\\]/g,`\\$&`).replaceAll(`*`,`.*`).replaceAll(`?`,`.`);return RegExp(`^${n}$`,`i`).test(t)}async function createRecorded(t,n,r){t.intend(n);try{let e=await r();return t.settle(n.name,e.id),e}catch(r){throw e.A(r).unsure||t.drop(n.name),r}}async function ensureRole(t,n,r){if(n.roleArn!==null)return recordRole(t,{arn:n.roleArn,name:n.roleArn.split(`/`).at(-1)??``},`given`);let i=await t.iam.readRole(n.roleName);if(i!==void 0)return recordRole(t,i,await adopt(t,n,i));if(!n.createRole)throw new e.E(`refused`,`There is no role ${n.roleName} in account ${n.place.account}, and create-role is false.`,`Create it (docs/permissions.md shows its two policies), name another with role-name or role-arn, or allow create-role.`);return await create(t,n,r)}function recordRole(e,{arn:t,name:n},r){return e.log.record({kind:`role`,origin:r,name:n,arn:t}),{arn:t,origin:r}}async function adopt(t,n,r){if(!trustsFis(r.trust))throw new e.E(`refused`,`The role ${r.name} can not be assumed by FIS: its trust policy lacks fis.amazonaws.com.`,`Add this statement to its trust policy, or name another role: ${statements(toTrust(n.place))}`);let i=await t.iam.readPolicy(r.name,e.C);if(i!==void 0&&allowsInterruptions(i))return`reused`;if(!e.y(r.tags))throw new e.E(`refused`,`The role ${r.name} has no inline policy ${e.C} that allows Spot interruptions, and it was not made by this action, so it is not changed.`,`Add the policy with ${statements(toPolicy(n.place))}, or set role-arn: ${r.arn} if the role may do so by another policy.`);return await t.iam.putPolicy(r.name,e.C,toPolicy(n.place)),`mended`}async function create(t,n,r){let i={kind:`role`,name:n.roleName,keep:!n.deleteRole},make=async()=>{let e=await createOrRecognise(t,n);return{id:e.arn,role:e}},{role:a}=r===void 0?await make():await createRecorded(r,i,make),o=e.v(a.tags,n.who.invocation);return o||r?.drop(n.roleName),await t.iam.putPolicy(a.name,e.C,toPolicy(n.place)),recordRole(t,a,o?`created`:`mended`)}async function createOrRecognise(t,n){try{return await t.iam.createRole({name:n.roleName,description:`Lets AWS FIS send Spot interruptions, and nothing else. Made by spot-interrupt.`,trust:toTrust(n.place),tags:n.tags})}catch(r){let i=e.O(r,`exists`)?await findRole(t,n.roleName):void 0;if(i===void 0||!e.y(i.tags))throw r;return i}}async function findRole(e,t){let n=e.clock.monotonicMs()+15e3;for(;;){let r=await e.iam.readRole(t);if(r!==void 0||e.cancel.aborted||e.clock.monotonicMs()>=n)return r;await e.clock.sleep(3e3,e.cancel)}}function statements(e){return JSON.stringify(JSON.parse(e).Statement)}async function runSetup(t,n,r){let{region:i,roleName:a}=n,[o,s,c]=await Promise.all([t.sts.whoami(),t.fis.readAction(e.S.interruption),t.fis.readAction(e.S.rebalance)]);if(t.log.record({kind:`caller`,account:o.account,arn:o.arn}),s===`absent`)throw new e.E(`refused`,`FIS does not offer ${e.S.interruption} in ${i}.`,`Run where it does (https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html). Nothing was created.`);let l={partition:e.j(i),region:i,account:o.account},u=await ensureServiceRole(t),d=t.clock.awsNow(),{arn:f,origin:p}=await ensureRole(t,{roleArn:null,roleName:a,createRole:!0,deleteRole:!1,place:l,who:r,tags:e.x(r,`interruption`,{createdAt:d,expiresAt:new Date(d.getTime()+21e5)},n.tags)});return{place:l,roleArn:f,roleName:a,created:p===`created`,rebalance:c,serviceRole:u}}async function ensureServiceRole(e){return await e.iam.readRole(`AWSServiceRoleForFIS`)===void 0&&await e.iam.createServiceRole(`fis.amazonaws.com`)?`created`:`there`}const n={region:e.l,"role-name":e.u,tags:e.d};function parseSetup(t,r){let{region:i,"role-name":a,tags:o}=e.g(n,e.f(t,r));return{region:i,roleName:a,tags:o}}function toSetupOutputs({roleArn:e,created:t}){return{"role-arn":e,created:String(t)}}function renderSetup(t){let{place:n,roleArn:i,roleName:a,created:o,rebalance:s,serviceRole:c}=t,l=[[`Account`,e.o(n.account)],[`Region`,`${e.s(n.region)}, which offers interruptions${r[s]}`],[`Experiment role`,`${e.o(i)}, ${o?`created`:`was there before`}`],[`Role of FIS itself`,c===`created`?`created`:`was there before`]],u=JSON.stringify(JSON.parse(toCallerPolicy(n,i)),void 0,2);return`${[`## ✅ Setup: ready for Spot interruptions`,e.c([[``,``],...l]),`### The policy of the calling workflow`,`All that a job needs which runs the action with \`role-arn: ${i}\`. Of IAM that is \`iam:PassRole\` on ${e.o(a)} and nothing else.`,`\`\`\`json\n${u}\n\`\`\``].join(`

`)}\n`}const r={offered:` and rebalance recommendations`,absent:`, but no rebalance recommendations of their own`,unknown:``};e.t(async({log:n,connect:r})=>{let i=parseSetup(e.M,process.env),a=await runSetup(await r(i.region),i,e.i(t.randomUUID));return e.n(toSetupOutputs(a)),e.r(n,renderSetup(a)),{pass:!0,text:`FIS can interrupt Spot instances in ${i.region} with ${a.roleArn}`,hint:``}});
module.exports = __webpack_exports__;
/******/ })()
;