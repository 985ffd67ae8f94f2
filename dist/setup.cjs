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
const e=__nccwpck_require__(489);let t=__nccwpck_require__(598);const n=[[`cn-`,`aws-cn`],[`us-gov-`,`aws-us-gov`],[`us-iso-`,`aws-iso`],[`us-isob-`,`aws-iso-b`],[`eu-isoe-`,`aws-iso-e`],[`us-isof-`,`aws-iso-f`],[`eusc-`,`aws-eusc`]];function partitionOf(e){return n.find(([t])=>e.startsWith(t))?.[1]??`aws`}function toTrust(t){return JSON.stringify({Version:`2012-10-17`,Statement:[{Effect:`Allow`,Principal:{Service:e.O},Action:`sts:AssumeRole`,Condition:{StringEquals:{"aws:SourceAccount":t.account},ArnLike:{"aws:SourceArn":`arn:${t.partition}:fis:*:${t.account}:experiment/*`}}}]})}function toPolicy(e){return JSON.stringify({Version:`2012-10-17`,Statement:[{Effect:`Allow`,Action:`ec2:SendSpotInstanceInterruptions`,Resource:`arn:${e.partition}:ec2:*:${e.account}:instance/*`},{Effect:`Allow`,Action:`ec2:DescribeInstances`,Resource:`*`}]})}function toCallerPolicy({partition:t,account:n,region:r},i){let fis=e=>`arn:${t}:fis:${r}:${n}:${e}/*`,allow=(e,t,n={})=>({Effect:`Allow`,Action:e,Resource:t,...n});return JSON.stringify({Version:`2012-10-17`,Statement:[allow([`fis:CreateExperimentTemplate`,`fis:GetAction`],fis(`action`)),allow([`fis:CreateExperimentTemplate`,`fis:DeleteExperimentTemplate`,`fis:StartExperiment`,`fis:TagResource`],fis(`experiment-template`)),allow([`fis:StartExperiment`,`fis:GetExperiment`,`fis:StopExperiment`,`fis:TagResource`],fis(`experiment`)),allow([`fis:ListExperimentTemplates`,`fis:ListExperiments`],`*`),allow([`iam:PassRole`],i,{Condition:{StringEquals:{"iam:PassedToService":e.O}}}),allow([`ec2:DescribeInstances`,`ec2:DescribeSpotInstanceRequests`],`*`)]})}function allowsInterruptions(e){return readStatements(e).some(e=>e.Effect===`Allow`&&concernsInterruptions(e))}function mayInterrupt(e){return e.some(allowsInterruptions)&&!e.some(deniesInterruptions)}function deniesInterruptions(e){return readStatements(e).some(e=>e.Effect===`Deny`&&concernsInterruptions(e)&&e.Condition===void 0&&toList(e.Resource).includes(`*`))}function concernsInterruptions({Action:e,NotAction:t}){let named=e=>toList(e).some(e=>matches(e,`ec2:SendSpotInstanceInterruptions`));return t===void 0?named(e):!named(t)}function trustsFis(e){return readStatements(e).some(e=>{let t=e.Principal,n=typeof t==`object`&&t&&`Service`in t?toList(t.Service):[];return e.Effect===`Allow`&&n.includes(`fis.amazonaws.com`)})}function readStatements(e){try{let t=JSON.parse(e),n=typeof t==`object`&&t&&`Statement`in t?t.Statement:[];return(Array.isArray(n)?n:[n]).filter(e=>typeof e==`object`&&!!e)}catch{return[]}}function toList(e){return(Array.isArray(e)?e:[e]).filter(e=>typeof e==`string`)}function matches(e,t){let n=e.replace(/[.+^${}()|[\]\\]/g,`\\$&`).replaceAll(`*`,`.*`).replaceAll(`?`,`.`);return RegExp(`^${n}$`,`i`).test(t)}async function createRecorded(t,n,r){t.intend(n);try{let e=await r();return t.settle(n.name,e.id),e}catch(r){throw e.F(r).unsure||t.drop(n.name),r}}const r=15e3,i=3e3;async function ensureRole(t,n,r){if(n.roleArn!==null)return recordRole(t,{arn:n.roleArn,name:n.roleArn.split(`/`).at(-1)??``},`given`);if(n.deleteRole)return await create(t,n,r);let i=await t.iam.readRole(n.roleName);if(i!==void 0)return recordRole(t,i,await adopt(t,n,i));if(!n.createRole)throw new e.A(`refused`,`There is no role ${n.roleName} in account ${n.place.account}, and create-role is false.`,`Create it (docs/permissions.md shows its two policies), name another with role-name or role-arn, or allow create-role.`);return await create(t,n,r)}function recordRole(e,{arn:t,name:n},r){return e.log.record({kind:`role`,origin:r,name:n,arn:t}),{arn:t,origin:r}}async function adopt(t,n,r){if(e.x(r))throw new e.A(`refused`,`The role ${r.name} belongs to the run ${r.tags[e.v.run]??`?`} alone, which deletes it at its end.`,`Name another role with role-name.`);if(!trustsFis(r.trust))throw new e.A(`refused`,`FIS cannot assume the role ${r.name}: its trust policy lacks fis.amazonaws.com.`,`Add this statement to its trust policy, or name another role: ${statements(toTrust(n.place))}`);let i=await unlessDenied(t.iam.readPolicy(r.name,e.D));if(typeof i==`string`&&allowsInterruptions(i))return`reused`;if(!e.b(r.tags))await requirePermission(t,n,r);else if(e.N(i,`denied`))warnUnseen(t,r,i);else return await t.iam.putPolicy(r.name,e.D,toPolicy(n.place)),`mended`;return`reused`}async function requirePermission(t,n,r){let{name:i,arn:a}=r,o=await Promise.all([unlessDenied(t.iam.readInlinePolicies(i)),unlessDenied(t.iam.readAttachedPolicies(i))]);if(mayInterrupt(o.flatMap(t=>e.M(t)?[]:t)))return;let s=o.find(e.M);if(s!==void 0)return warnUnseen(t,r,s);throw new e.A(`refused`,`No policy of the role ${i} allows ec2:SendSpotInstanceInterruptions, and the role was not made by this action, so it is not changed.`,`Add a policy with ${statements(toPolicy(n.place))}, or name another role. role-arn: ${a} uses the role as it is.`)}function warnUnseen(t,{name:n},r){let i=`The run goes on with the role ${n}, but nobody can see here whether it may send Spot interruptions: ${e.j(r)}`;t.log.record({kind:`warned`,what:i})}async function unlessDenied(t){try{return await t}catch(t){if(e.N(t,`denied`))return t;throw t}}async function create(t,n,r){let i={kind:`role`,name:n.roleName,keep:!n.deleteRole},make=async()=>{let e=await createOrRecognise(t,n);return{id:e.arn,role:e}},{role:a}=r===void 0?await make():await createRecorded(r,i,make),o=e.y(a.tags,n.who.invocation);return o||r?.drop(n.roleName),await putFirstPolicy(t,n,a.name),recordRole(t,a,o?`created`:`mended`)}async function putFirstPolicy(t,n,a){let o=t.clock.monotonicMs()+r;for(;;)try{return await t.iam.putPolicy(a,e.D,toPolicy(n.place))}catch(n){if(!e.N(n,`missing`)||t.cancel.aborted||t.clock.monotonicMs()>=o)throw n;await t.clock.sleep(i,t.cancel)}}async function createOrRecognise(t,n){try{return await t.iam.createRole({name:n.roleName,description:`Lets AWS FIS send Spot interruptions, and nothing else. Made by spot-interrupt.`,trust:toTrust(n.place),tags:n.tags})}catch(r){let i=e.N(r,`exists`)?await findRole(t,n.roleName):void 0;if(!(i!==void 0&&(n.deleteRole?e.y(i.tags,n.who.invocation):isShared(i))))throw r;return i}}function isShared(t){return e.b(t.tags)&&!e.x(t)}async function findRole(e,t){let n=e.clock.monotonicMs()+r;for(;;){let r=await e.iam.readRole(t);if(r!==void 0||e.cancel.aborted||e.clock.monotonicMs()>=n)return r;await e.clock.sleep(i,e.cancel)}}function statements(e){return JSON.stringify(JSON.parse(e).Statement)}async function runSetup(t,n,r){let{region:i,roleName:a}=n,[o,s,c]=await Promise.all([t.sts.whoami(),t.fis.readAction(e.E.interruption),t.fis.readAction(e.E.rebalance)]);if(t.log.record({kind:`caller`,account:o.account,arn:o.arn,source:o.source}),s===`absent`)throw new e.A(`refused`,`FIS does not offer ${e.E.interruption} in ${i}.`,`Run where it does (https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html). Nothing was created.`);let l={partition:partitionOf(i),region:i,account:o.account},u=await ensureServiceRole(t),d=t.clock.awsNow(),{arn:f,origin:p}=await ensureRole(t,{roleArn:null,roleName:a,createRole:!0,deleteRole:!1,place:l,who:r,tags:e.T(r,`interruption`,{createdAt:d,expiresAt:new Date(d.getTime()+21e5)},n.tags)});return{place:l,roleArn:f,roleName:a,created:p===`created`,rebalance:c,serviceRole:u}}async function ensureServiceRole(e){return await e.iam.readRole(`AWSServiceRoleForFIS`)===void 0&&await e.iam.createServiceRole(`fis.amazonaws.com`)?`created`:`there`}const a={region:e.l,"role-name":e.u,tags:e.d};function parseSetup(t,n){let{region:r,"role-name":i,tags:o}=e._(a,e.f(t,n));return{region:r,roleName:i,tags:o}}function toSetupOutputs({roleArn:e,created:t}){return{"role-arn":e,created:String(t)}}function renderSetup(t){let{place:n,roleArn:r,roleName:i,created:a,rebalance:s,serviceRole:c}=t,l=[[`Account`,e.o(n.account)],[`Region`,`${e.s(n.region)}, which offers interruptions${o[s]}`],[`Experiment role`,`${e.o(r)}, ${a?`created`:`was there before`}`],[`Role of FIS itself`,c===`created`?`created`:`was there before`]],u=JSON.stringify(JSON.parse(toCallerPolicy(n,r)),void 0,2);return`${[`## ✅ Setup: ready for Spot interruptions`,e.c([[``,``],...l]),`### The policy of the calling workflow`,`All that a job needs which runs the action with \`role-arn: ${r}\`. Of IAM that is \`iam:PassRole\` on ${e.o(i)} and nothing else.`,`\`\`\`json\n${u}\n\`\`\``].join(`

`)}\n`}const o={offered:` and rebalance recommendations`,absent:`, but no rebalance recommendations of their own`,unknown:``};e.t(async({log:n,connect:r})=>{let i=parseSetup(e.I,process.env),a=await runSetup(await r(i.region),i,e.a(t.randomUUID,``));return e.n(toSetupOutputs(a)),e.r(n,renderSetup(a)),{pass:!0,text:`FIS can interrupt Spot instances in ${i.region} with ${a.roleArn}`,hint:``}});
module.exports = __webpack_exports__;
/******/ })()
;