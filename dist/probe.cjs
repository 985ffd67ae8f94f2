/******/ (() => { // webpackBootstrap
/******/ 	var __webpack_modules__ = ({

/***/ 761:
/***/ ((module) => {

"use strict";
module.exports = require("./base.cjs");

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
const e=__nccwpck_require__(188),t=__nccwpck_require__(761);let n=__nccwpck_require__(30),r=__nccwpck_require__(67);r=e.n(r,1);let i=__nccwpck_require__(708);i=e.n(i,1);function sendProbe(e,t,n){let r=performance.now();return new Promise(i=>{let a=!0,drop=()=>{},settle=e=>{a&&(a=!1,o.removeEventListener(`abort`,expire),n.removeEventListener(`abort`,abort),drop(),i({good:e===``,tookMs:performance.now()-r,why:e.slice(0,120)}))},abort=()=>settle(`given up`),expire=()=>settle(`no answer within ${t/1e3} s`),o=AbortSignal.timeout(Math.ceil(t));o.addEventListener(`abort`,expire),n.addEventListener(`abort`,abort);try{drop=(e.kind===`tcp`?knock:ask)(e,settle),a||drop()}catch(e){settle(explain(e))}})}const knock=(e,t)=>{let{hostname:r,port:i}=new URL(e.url),a=(0,n.connect)({host:r.replace(/^\[|\]$/g,``),port:Number(i)},()=>t(``));return a.on(`error`,e=>t(explain(e))),()=>a.destroy()},ask=(e,n)=>{let s={"user-agent":`spot-interrupt/${t.t}`,accept:`*/*`,...e.headers},c=e.kind===`https`?i.request(e.url,{agent:o(),headers:s,rejectUnauthorized:!0}):r.request(e.url,{agent:a(),headers:s});return c.on(`response`,t=>read(t,e.good,n)),c.on(`error`,e=>n(explain(e))),c.end(),()=>c.destroy()},a=once(()=>new r.Agent({keepAlive:!1,proxyEnv:process.env})),o=once(()=>new i.Agent({keepAlive:!1,maxCachedSessions:0,proxyEnv:process.env}));function once(e){let t;return()=>(t??=e(),t)}function read(e,t,n){let r=e.statusCode??0,i=t.some(([e,t])=>r>=e&&r<=t)?``:`HTTP ${r}`,a=0;e.on(`data`,e=>{a+=e.length,a>1e6&&n(i)}),e.on(`end`,()=>n(i)),e.on(`error`,e=>n(explain(e))),e.on(`close`,()=>n(e.complete?i:`the answer broke off`))}function explain(e){let{code:t,message:n}=e;return typeof t==`string`&&t!==``?t:typeof n==`string`?n:`could not be sent`}exports.sendProbe=sendProbe;
})();

module.exports = __webpack_exports__;
/******/ })()
;