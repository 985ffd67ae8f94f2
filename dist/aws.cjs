/******/ (() => { // webpackBootstrap
/******/ 	var __webpack_modules__ = ({

/***/ 356:
/***/ ((module) => {

"use strict";
module.exports = require("./autoscaling.cjs");

/***/ }),

/***/ 944:
/***/ ((module) => {

"use strict";
module.exports = require("./cloudwatch.cjs");

/***/ }),

/***/ 510:
/***/ ((module) => {

"use strict";
module.exports = require("./ec2.cjs");

/***/ }),

/***/ 66:
/***/ ((module) => {

"use strict";
module.exports = require("./fis.cjs");

/***/ }),

/***/ 913:
/***/ ((module) => {

"use strict";
module.exports = require("./iam.cjs");

/***/ }),

/***/ 580:
/***/ ((module) => {

"use strict";
module.exports = require("./sdk.cjs");

/***/ }),

/***/ 604:
/***/ ((module) => {

"use strict";
module.exports = require("./sts.cjs");

/***/ }),

/***/ 455:
/***/ ((module) => {

"use strict";
module.exports = require("node:fs/promises");

/***/ }),

/***/ 67:
/***/ ((module) => {

"use strict";
module.exports = require("node:http");

/***/ }),

/***/ 708:
/***/ ((module) => {

"use strict";
module.exports = require("node:https");

/***/ }),

/***/ 161:
/***/ ((module) => {

"use strict";
module.exports = require("node:os");

/***/ }),

/***/ 760:
/***/ ((module) => {

"use strict";
module.exports = require("node:path");

/***/ }),

/***/ 75:
/***/ ((module) => {

"use strict";
module.exports = require("node:stream");

/***/ }),

/***/ 777:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {

Object.defineProperty(exports,Symbol.toStringTag,{value:`Module`});const e=__nccwpck_require__(188),t=__nccwpck_require__(580);let n=__nccwpck_require__(161),r=__nccwpck_require__(760),i=__nccwpck_require__(455),a=__nccwpck_require__(75),o=__nccwpck_require__(67);o=e.r(o,1);let s=__nccwpck_require__(708);s=e.r(s,1);const c={via:`direct`},l={"http:":`80`,"https:":`443`};function findRoute(e,t){let n=new URL(e),r=toHost(n.hostname);if(isNearby(r)||isExcepted({host:r,port:n.port||(l[n.protocol]??``)},readVariable(t,`no_proxy`).value))return c;let{value:i,name:a}=readVariable(t,n.protocol===`https:`?`https_proxy`:`http_proxy`);if(i===``)return c;let o=toUrl(i.includes(`://`)?i:`http://${i}`);return o===void 0||!(o.protocol in l)?{via:`unusable`,variable:a}:{via:`proxy`,url:o.href,shown:o.host,variable:a}}function readVariable(e,t){let n=[t,t.toUpperCase()].find(t=>e[t]?.trim());return{value:(e[n??t]??``).trim(),name:n??t}}function toUrl(e){return URL.canParse(e)?new URL(e):void 0}function toHost(e){return e.toLowerCase().replace(/^\[|\]$/g,``).replace(/\.$/,``)}const u=[`127.0.0.0/8`,`::1/128`,`169.254.0.0/16`,`fe80::/10`,`fd00:ec2::/32`];function isNearby(e){return e===`localhost`||e.endsWith(`.localhost`)||u.some(t=>isWithin(e,t))}function isExcepted(e,t){return t.split(/[\s,]+/).some(t=>t!==``&&matches(e,t.toLowerCase()))}function matches({host:e,port:t},n){if(n===`*`)return!0;if(n.includes(`/`))return isWithin(e,n);let{name:r,only:i}=splitPort(n);if(i!==void 0&&i!==t)return!1;if(r.startsWith(`.`)||r.startsWith(`*.`))return e.endsWith(r.replace(/^\*/,``));let a=toHost(toUrl(`http://${r.includes(`:`)?`[${r}]`:r}`)?.hostname??r);return e===a||e.endsWith(`.${a}`)}function splitPort(e){let[,t,n,r]=/^(?:\[(.+)\]|([^:]+))(?::(\d+))?$/.exec(e)??[];return{name:t??n??e,...r===void 0?{}:{only:r}}}function isWithin(e,t){let[n=``,r=``]=t.split(`/`),[i,a]=[toBits(e),toBits(n)];return i===void 0||a===void 0||!/^\d+$/.test(r)?!1:i.length===a.length&&i.slice(0,Number(r))===a.slice(0,Number(r))}function toBits(e){let t=/^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(e);if(t!==null)return toDigits(t.slice(1),16,16);if(/^\d+(\.\d+){3}$/.test(e))return toDigits(e.split(`.`),10,8);if(!/^[0-9a-f:]+$/.test(e)||!e.includes(`:`))return;let[n=``,r]=e.split(`::`),[i,a]=[n,r??``].map(e=>e.split(`:`).filter(e=>e!==``)),o=r===void 0?[]:Array(Math.max(0,8-i.length-a.length)).fill(`0`);return toDigits([...i,...o,...a],16,16)}function toDigits(e,t,n){return e.map(e=>Number.parseInt(e,t).toString(2).padStart(n,`0`)).join(``)}const d=33554432;function createHandler(e){let t=/* @__PURE__ */ new Map,toHandler=e=>{if(e.via===`unusable`)throw Object.assign(/* @__PURE__ */ Error(`${e.variable} holds no address of an HTTP proxy`),{name:`UnusableProxy`});let n=e.via===`proxy`?e.url:``,r=t.get(n)??connect(n);return t.set(n,r),r};return{metadata:{handlerProtocol:`http/1.1`},handle:async(t,n)=>{let{protocol:r,hostname:i,port:a}=t;if(!/^https?:$/.test(r))throw Object.assign(/* @__PURE__ */ Error(`${r}// is no address of AWS`),{name:`EndpointError`});let o=findRoute(`${r}//${i}${a===void 0?``:`:${a}`}/`,e);try{let e=await toHandler(o).handle(t,n);return e.response.body=limit(e.response.body),e}catch(e){throw o.via===`proxy`?withProxy(e,o):e}},destroy:()=>{for(let e of t.values())e.destroy()},updateHttpClientConfig:()=>void 0,httpHandlerConfigs:()=>({})}}function keepMetadataDirect(e){e.NODE_USE_ENV_PROXY&&(o.default.globalAgent=new o.default.Agent({keepAlive:!0,timeout:5e3}))}function connect(e){let n={keepAlive:!0,maxSockets:50,autoSelectFamilyAttemptTimeout:2500,...e===``?{}:{proxyEnv:{http_proxy:e,https_proxy:e},timeout:15e3}};return new t.b({httpAgent:new o.default.Agent(n),httpsAgent:new s.default.Agent({...n,rejectUnauthorized:!0})})}function withProxy(e,{shown:t,variable:n}){return e instanceof Error?Object.assign(e,{proxy:{shown:t,variable:n}}):e}function limit(e){let t=0,n=new a.Transform({transform:(e,n,r)=>{t+=e.length,t<=d?r(null,e):r(Object.assign(/* @__PURE__ */ Error(`the answer is longer than ${d/1024/1024} MiB`),{name:`EndlessAnswer`,code:`ERR_ENDLESS`}))}});return(0,a.pipeline)(e,n,()=>void 0),n}const f=`AWS_ACCESS_KEY_ID`,p=`AWS_SECRET_ACCESS_KEY`,m={"\n":`a line break`,"\r":`a line break`," ":`a blank`,"	":`a tab`};function readKeys(e){if(!isMeant(e))return;let t=readKey(e,f),n=readKey(e,p);if(t===void 0||n===void 0){let[e,t]=n===void 0?[f,p]:[p,f];throw toProblem(`PartialKeys`,`${e} is set, but ${t} is not`)}let r=readKey(e,`AWS_SESSION_TOKEN`),i=new Date(e.AWS_CREDENTIAL_EXPIRATION??``);return{accessKeyId:t,secretAccessKey:n,...r===void 0?{}:{sessionToken:r},...Number.isNaN(i.getTime())?{}:{expiration:i}}}function isMeant(e){return!!e[f]||!!e[p]&&!e.AWS_PROFILE}function readKey(e,t){let n=/[^\x21-\x7e]/.exec(e[t]??``)?.[0];if(n!==void 0)throw toProblem(`InvalidKeys`,`${t} contains ${m[n]??`a character that no key has`}`);return e[t]||void 0}function toProblem(e,t){return Object.assign(Error(t),{name:e})}async function checkProfile(e){let t=e.AWS_PROFILE;if(!t)return;let n=toPaths(e);if(!(await Promise.all(n.map(readIfThere))).flatMap(toProfiles).includes(t))throw toProblem(`UnknownProfile`,`AWS_PROFILE names the profile ${t}, which is neither in ${n.join(` nor in `)}`)}async function checkFiles(e){let t=[e.AWS_WEB_IDENTITY_TOKEN_FILE,e.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE].flatMap(e=>e||[]);for(let n of[...toPathsIfAny(e),...t]){let e=await(0,i.stat)(n).catch(()=>void 0);if(!(e===void 0||e.isFile()||e.isDirectory()||n===`/dev/null`))throw toProblem(`UnreadableFile`,`${n} is not a regular file`)}}function toPathsIfAny(e){try{return toPaths(e)}catch{return[]}}async function findUnreadable(e){try{await Promise.all(toPaths(e).map(readIfThere));return}catch(e){return e}}function toProfiles(e){return[...e.matchAll(/^[ \t]*\[([^\]\n]+)\]/gm)].map(([,e=``])=>e.trim()).map(e=>e.replace(/^profile\s+/,``).replace(/^(["'])(.*)\1$/,`$2`))}function toPaths(e){return[e.AWS_CONFIG_FILE||(0,r.join)(toHome(e),`.aws`,`config`),e.AWS_SHARED_CREDENTIALS_FILE||(0,r.join)(toHome(e),`.aws`,`credentials`)]}function toHome(e){try{return e.HOME||e.USERPROFILE||(0,n.homedir)()}catch{throw toProblem(`NoHome`,`the user of this process has no home folder, so there are no AWS files in it`)}}async function readIfThere(e){try{return await(0,i.readFile)(e,`utf8`)}catch(t){let{code:n}=t;if(n===`ENOENT`||n===`ENOTDIR`)return``;throw toProblem(`UnreadableFile`,`${e} cannot be read (${n})`)}}const h=/from any providers/;function createSources(e,n){let r=[],i={debug:e=>void r.push(e.replace(/^@smithy\/property-provider (->|\(!\)) /,``)),info:()=>void 0,warn:()=>void 0,error:()=>void 0},a=n(i),o=0,fail=async t=>{let{name:o,message:s}=t;throw o===`TimeoutError`&&(a=n(i)),h.test(s)?await findReason(e,r)??t:t};return{ask:async n=>(o===0&&(r.length=0),o+=1,await t.y(3e4,async()=>(await checkProfile(e),await a(n))).then(e=>refuseOthers(e,r)).catch(fail).finally(()=>{--o})),waiting:()=>o>0}}const g=/^Command failed|credential_process (did|returned)|maxBuffer/,_=/URL not accepted|Server responded|HTTP credential provider response|Authorization token|TimeoutError|\bE[A-Z]{4,}|metadata service/;function refuseOthers(e,t){let n=t.find(e=>g.test(e));if(n!==void 0)throw toFailure(n);return e}async function findReason(e,t){let n=t.find(t=>g.test(t)||hasContainer(e)&&_.test(t));return n===void 0?await findUnreadable(e):toFailure(n)}function hasContainer(e){return!!(e.AWS_CONTAINER_CREDENTIALS_FULL_URI||e.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI)}function toFailure(e){return Object.assign(Error(e),{name:`CredentialsProviderError`})}function createCredentials(e,t){let n=createSources(e,t),r,i=!1,a;return{env:e,provide:async t=>{try{let a=readKeys(e);return i=a!==void 0,r=a??await n.ask(t),r}catch(e){throw Object.assign(Error(`no credentials`,{cause:e}),{name:`CredentialsFailure`})}},source:()=>i?`the environment`:r===void 0?toExpected(e):toSource(e,r),waiting:n.waiting,ready:()=>(a??=checkFiles(e),a),secrets:()=>[e.AWS_SECRET_ACCESS_KEY,e.AWS_SESSION_TOKEN,r?.secretAccessKey,r?.sessionToken].flatMap(e=>e||[]),endsAt:()=>i?r?.expiration:void 0}}const toProfile=e=>`profile ${e.AWS_PROFILE||`default`}`,v=`a web identity token`,y=`the endpoint of the container`,b=`the metadata service of the instance`;function toSource(e,{$source:t={}}){let n=Object.keys(t);return n.some(e=>e.startsWith(`CREDENTIALS_PROFILE`))?toProfile(e):n.includes(`CREDENTIALS_ENV_VARS_STS_WEB_ID_TOKEN`)?v:hasContainer(e)?y:b}function toExpected(e){return e.AWS_PROFILE?toProfile(e):e.AWS_WEB_IDENTITY_TOKEN_FILE?v:hasContainer(e)?y:`${toProfile(e)} or ${b}`}function observeDates(e,t){let n=e.handle.bind(e);e.handle=async(e,r)=>{let i=performance.now(),a=await n(e,r),o=new Date(a.response.headers.date??``);return Number.isNaN(o.getTime())||t(o,performance.now()-i),a}}function toConfig({region:e,userAgent:n,observeDate:r,observeSecret:i}){keepMetadataDirect(process.env);let a=createHandler(process.env);r!==void 0&&observeDates(a,r);let o=createCredentials(process.env,n=>t.x({clientConfig:{requestHandler:a,region:e},logger:n}));return{region:e,requestHandler:a,setting:o,credentials:toObserved(o.provide,i),maxAttempts:1,customUserAgent:[[...n]]}}function toObserved(e,t){return async n=>{let r=await e(n);return t?.(r.secretAccessKey),t?.(r.sessionToken),r}}async function readEndpoints(e,t){return await Promise.all(t.map(t=>readEndpoint(e,t)))}async function readEndpoint(e,t){let n=await readUrl(t);return{service:t,url:n,suffixes:findSuffixes([e,...labelsOf(n)])}}async function readUrl(e){let unused=()=>{throw new t._(`internal`,`only the configured endpoint of a client was to be read`)},{serviceConfiguredEndpoint:n}=t.at({serviceId:e,urlParser:unused,endpointProvider:unused});return await n?.()||void 0}function labelsOf(e){return e!==void 0&&URL.canParse(e)?new URL(e).hostname.split(`.`):[]}function findSuffixes(e){return[...new Set(e.map(t.F).flatMap(({dnsSuffix:e,dualStackDnsSuffix:t})=>[e,t]))]}function createAws({limits:e={},...t}){return openAws(t)(e)}function openAws(e){let t=toConfig(e);return e=>toPorts({...t,limits:e})}function toPorts(e){return{endpoints:t=>readEndpoints(e.region,t),sts:lazy(async()=>(await Promise.resolve().then(()=>__nccwpck_require__(604))).createSts(e)),ec2:lazy(async()=>(await Promise.resolve().then(()=>__nccwpck_require__(510))).createEc2(e)),iam:lazy(async()=>(await Promise.resolve().then(()=>__nccwpck_require__(913))).createIam(e)),fis:lazy(async()=>(await Promise.resolve().then(()=>__nccwpck_require__(66))).createFis(e)),cloudwatch:lazy(async()=>(await Promise.resolve().then(()=>__nccwpck_require__(944))).createCloudWatch(e)),autoscaling:lazy(async()=>(await Promise.resolve().then(()=>__nccwpck_require__(356))).createAutoScaling(e))}}function lazy(e){let t;return new Proxy({},{get:(n,r)=>{if(r!==`then`)return async(...n)=>(t??=e(),await Reflect.get(await t,r)(...n))}})}exports.createAws=createAws,exports.openAws=openAws;

/***/ }),

/***/ 188:
/***/ ((__unused_webpack_module, exports) => {

var e=Object.create,t=Object.defineProperty,n=Object.getOwnPropertyDescriptor,r=Object.getOwnPropertyNames,i=Object.getPrototypeOf,a=Object.prototype.hasOwnProperty,__commonJSMin=(e,t)=>()=>(t||(e((t={exports:{}}).exports,t,t.exports),e=null),t.exports),__exportAll=(e,n)=>{let r={};for(var i in e)t(r,i,{get:e[i],enumerable:!0});return n||t(r,Symbol.toStringTag,{value:`Module`}),r},__copyProps=(e,i,o,s)=>{if(i&&typeof i==`object`||typeof i==`function`)for(var c=r(i),l=0,u=c.length,d;l<u;l++)d=c[l],!a.call(e,d)&&d!==o&&t(e,d,{get:(e=>i[e]).bind(null,d),enumerable:!(s=n(i,d))||s.enumerable});return e},__toESM=(n,r,o)=>(o=n==null?{}:e(i(n)),__copyProps(r||!n||!n.__esModule||!a.call(n,`default`)?t(o,`default`,{value:n,enumerable:!0}):o,n));Object.defineProperty(exports, "n", ({enumerable:!0,get:function(){return __exportAll}})),Object.defineProperty(exports, "r", ({enumerable:!0,get:function(){return __toESM}})),Object.defineProperty(exports, "t", ({enumerable:!0,get:function(){return __commonJSMin}}));

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
/******/ 	
/******/ 	// startup
/******/ 	// Load entry module and return exports
/******/ 	// This entry module is referenced by other modules so it can't be inlined
/******/ 	var __webpack_exports__ = __nccwpck_require__(777);
/******/ 	module.exports = __webpack_exports__;
/******/ 	
/******/ })()
;