/******/ (() => { // webpackBootstrap
/******/ 	var __webpack_modules__ = ({

/***/ 761:
/***/ ((module) => {

"use strict";
module.exports = require("./base.cjs");

/***/ }),

/***/ 610:
/***/ ((module) => {

"use strict";
module.exports = require("node:dns");

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

/***/ 30:
/***/ ((module) => {

"use strict";
module.exports = require("node:net");

/***/ }),

/***/ 692:
/***/ ((module) => {

"use strict";
module.exports = require("node:tls");

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
// This entry need to be wrapped in an IIFE because it uses a non-standard name for the exports (exports).
(() => {
var exports = __webpack_exports__;
const e=__nccwpck_require__(188),t=__nccwpck_require__(761);let n=__nccwpck_require__(30),r=__nccwpck_require__(67);r=e.n(r,1);let i=__nccwpck_require__(692),a=__nccwpck_require__(610),o=__nccwpck_require__(708);o=e.n(o,1);function findCache(e){for(let[t,n]of s){let r=toText(e[t.toLowerCase()]);if(n(r))return`${t}: ${r}`}return``}const s=[[`Age`,e=>Number(/^\s*(\d+)/.exec(e)?.[1]??0)>2],[`Cache-Status`,isCacheStatusHit],[`X-Cache`,isHit],[`CF-Cache-Status`,isHit],[`X-Cache-Status`,isHit],[`Warning`,e=>/(^|,)\s*11[012]\b/.test(e)]];function isHit(e){return/(^|[^a-z])(hit|stale)([^a-z]|$)/i.test(e)}function isCacheStatusHit(e){return e.replace(/"[^"]*"/g,`""`).split(`,`).some(e=>e.split(`;`).slice(1).some(e=>/^\s*hit(\s*=\s*\?1)?\s*$/i.test(e)))}function toText(e){return typeof e==`string`?e:(e??[]).join(`, `)}const c={via:`direct`},l={"http:":`80`,"https:":`443`};function findRoute(e,t){let n=new URL(e),r=toHost$1(n.hostname);if(isNearby(r)||isExcepted({host:r,port:n.port||(l[n.protocol]??``)},readVariable(t,`no_proxy`).value))return c;let{value:i,name:a}=readVariable(t,n.protocol===`https:`?`https_proxy`:`http_proxy`);if(i===``)return c;let o=toUrl(i.includes(`://`)?i:`http://${i}`);return o===void 0||!(o.protocol in l)?{via:`unusable`,variable:a}:{via:`proxy`,url:o.href,shown:o.host,variable:a}}function readVariable(e,t){let n=[t,t.toUpperCase()].find(t=>e[t]?.trim());return{value:(e[n??t]??``).trim(),name:n??t}}function toUrl(e){return URL.canParse(e)?new URL(e):void 0}function toHost$1(e){return e.toLowerCase().replace(/^\[|\]$/g,``).replace(/\.$/,``)}const u=[`127.0.0.0/8`,`::1/128`,`169.254.0.0/16`,`fe80::/10`,`fd00:ec2::/32`];function isNearby(e){return e===`localhost`||e.endsWith(`.localhost`)||u.some(t=>isWithin(e,t))}function isExcepted(e,t){return t.split(/[\s,]+/).some(t=>t!==``&&matches(e,t.toLowerCase()))}function matches({host:e,port:t},n){if(n===`*`)return!0;if(n.includes(`/`))return isWithin(e,n);let{name:r,only:i}=splitPort(n);if(i!==void 0&&i!==t)return!1;if(r.startsWith(`.`)||r.startsWith(`*.`))return e.endsWith(r.replace(/^\*/,``));let a=toHost$1(toUrl(`http://${r.includes(`:`)?`[${r}]`:r}`)?.hostname??r);return e===a||e.endsWith(`.${a}`)}function splitPort(e){let[,t,n,r]=/^(?:\[(.+)\]|([^:]+))(?::(\d+))?$/.exec(e)??[];return{name:t??n??e,...r===void 0?{}:{only:r}}}function isWithin(e,t){let[n=``,r=``]=t.split(`/`),[i,a]=[toBits(e),toBits(n)];return i===void 0||a===void 0||!/^\d+$/.test(r)?!1:i.length===a.length&&i.slice(0,Number(r))===a.slice(0,Number(r))}function toBits(e){let t=/^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(e);if(t!==null)return toDigits(t.slice(1),16,16);if(/^\d+(\.\d+){3}$/.test(e))return toDigits(e.split(`.`),10,8);if(!/^[0-9a-f:]+$/.test(e)||!e.includes(`:`))return;let[n=``,r]=e.split(`::`),[i,a]=[n,r??``].map(e=>e.split(`:`).filter(e=>e!==``)),o=r===void 0?[]:Array(Math.max(0,8-i.length-a.length)).fill(`0`);return toDigits([...i,...o,...a],16,16)}function toDigits(e,t,n){return e.map(e=>Number.parseInt(e,t).toString(2).padStart(n,`0`)).join(``)}function connectAny({host:e,port:t,lookup:r=a.lookup},i){let o=/* @__PURE__ */ new Set,s=[],c=!0,end=(e,t)=>{if(c){c=!1,s.forEach(clearTimeout);for(let e of o)e!==t&&e.destroy();(e!==void 0||t!==void 0)&&i(e,t)}};return(0,n.isIP)(e)===0?r(e,{all:!0,order:`verbatim`},(e,n)=>{c&&(e===null?race(alternate(n),t,{sockets:o,timers:s,end}):end(e))}):race([e],t,{sockets:o,timers:s,end}),()=>end()}function race(e,t,{sockets:r,timers:i,end:a}){let o=0,s,c=0,tryNext=()=>{let l=e[c++];if(l===void 0)return;let u=(0,n.connect)({host:l,port:t});r.add(u);let d=setTimeout(tryNext,250);i.push(d);let fail=t=>{if(u.destroy(),s??=t,o++,o===e.length)return a(s);clearTimeout(d),c<e.length&&tryNext()};u.once(`error`,fail),u.once(`connect`,()=>{u.off(`error`,fail),a(void 0,u)})};e.length===0?a(/* @__PURE__ */ Error(`the name has no address`)):tryNext()}function alternate(e){let[t]=e,n=e.filter(({family:e})=>e===t?.family),r=e.filter(({family:e})=>e!==t?.family),i=n.flatMap((e,t)=>[e,...r.slice(t,t+1)]);return[...new Set([...i,...r.slice(n.length)].map(({address:e})=>e))]}function sendProbe(e,{timeoutMs:t,signal:n,lookup:r}){let i=performance.now();return new Promise(a=>{let o=!0,drop=()=>{},settle=({health:e,why:t})=>{o&&(o=!1,s.removeEventListener(`abort`,expire),n.removeEventListener(`abort`,abort),drop(),a({health:e,tookMs:performance.now()-i,why:t.slice(0,120)}))},abort=()=>settle(failed(`given up`)),expire=()=>settle(failed(`no answer within ${t/1e3} s`)),s=AbortSignal.timeout(Math.ceil(t));s.addEventListener(`abort`,expire),n.addEventListener(`abort`,abort);try{drop=(e.kind===`tcp`?knock:ask)(e,settle,r),o||drop()}catch(e){settle(failed(explain(e)))}})}function failed(e){return{health:`failed`,why:e}}const knock=(e,t,n)=>{let{hostname:r,port:i}=new URL(e.url);return connectAny({host:toHost(r),port:Number(i),lookup:n},(e,n)=>{n?.destroy(),t(e===void 0?{health:`healthy`,why:``}:failed(explain(e)))})},ask=(e,n,i)=>{let a=findRoute(e.url,process.env);if(a.via===`unusable`)return n(failed(`${a.variable} holds no address of an HTTP proxy`)),()=>{};let s=[],c={proxy:a.via===`proxy`?a.url:void 0,lookup:i,began:e=>void s.push(e)},l={headers:{"user-agent":`spot-interrupt/${t.t}`,accept:`*/*`,"cache-control":`no-cache`,...e.headers},maxHeaderSize:65536},u=e.kind===`https`?o.request(e.url,{...l,agent:toSecureAgent(c),rejectUnauthorized:!0}):r.request(e.url,{...l,agent:toPlainAgent(c)});return s.push(()=>u.destroy()),u.on(`response`,t=>read(t,e.healthy,n)),u.on(`error`,e=>n(failed(explain(e)))),u.end(),()=>{for(let e of s)e()}};function toPlainAgent(e){return connectByRace(new r.Agent({keepAlive:!1,...throughProxy(e)}),e,e=>e)}function toSecureAgent(e){return connectByRace(new o.Agent({keepAlive:!1,maxCachedSessions:0,...throughProxy(e)}),e,(e,t)=>(0,i.connect)({...t,socket:e}))}function throughProxy({proxy:e}){return e===void 0?{}:{proxyEnv:{http_proxy:e,https_proxy:e},autoSelectFamilyAttemptTimeout:1e3}}function connectByRace(e,{proxy:t,lookup:n,began:r},i){return t===void 0&&(e.createConnection=(e,t)=>{r(connectAny({host:String(e.host),port:Number(e.port),lookup:n},(n,r)=>{r===void 0?t(n):t?.(null,i(r,e))}))}),e}function read(e,t,n){let r=judge(e,t),i=0;e.on(`data`,e=>{i+=e.length,i>1e6&&n(r)}),e.on(`end`,()=>n(r)),e.on(`error`,e=>n(failed(explain(e)))),e.on(`close`,()=>n(e.complete?r:failed(`the answer broke off`)))}function judge({statusCode:e=0,headers:t},n){let r=findCache(t);return r===``?n.some(([t,n])=>e>=t&&e<=n)?{health:`healthy`,why:``}:failed(d.includes(e)?`HTTP ${e} (redirects are not followed)`:`HTTP ${e}`):{health:`unknown`,why:`the answer came from a cache (${r})`}}const d=[301,302,303,307,308];function toHost(e){return e.replace(/^\[|\]$/g,``)}function explain(e){let{code:t,message:n}=e;return typeof t==`string`&&t!==``?t:typeof n==`string`?n:`could not be sent`}exports.sendProbe=sendProbe;
})();

module.exports = __webpack_exports__;
/******/ })()
;