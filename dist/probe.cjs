/******/ (() => { // webpackBootstrap
/******/ 	var __webpack_modules__ = ({

/***/ 469:
/***/ ((module) => {

"use strict";
module.exports = require("./main.cjs");

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
const e=__nccwpck_require__(469);let t=__nccwpck_require__(30),n=__nccwpck_require__(67);n=e.V(n,1);let r=__nccwpck_require__(708);r=e.V(r,1);function sendProbe(e,t,n){let r=performance.now();return new Promise(i=>{let a=!0,drop=()=>{},settle=e=>{a&&(a=!1,clearTimeout(o),n.removeEventListener(`abort`,abort),drop(),i({good:e===``,tookMs:performance.now()-r,why:e.slice(0,120)}))},abort=()=>settle(`given up`),o=setTimeout(()=>settle(`no answer within ${t/1e3} s`),t);n.addEventListener(`abort`,abort);try{drop=(e.kind===`tcp`?knock:ask)(e,settle),a||drop()}catch(e){settle(explain(e))}})}const knock=(e,n)=>{let{hostname:r,port:i}=new URL(e.url),a=(0,t.connect)({host:r.replace(/^\[|\]$/g,``),port:Number(i)},()=>n(``));return a.on(`error`,e=>n(explain(e))),()=>a.destroy()},ask=(t,o)=>{let s={"user-agent":`spot-interrupt/${e.s}`,accept:`*/*`,...t.headers},c=t.kind===`https`?r.request(t.url,{agent:a(),headers:s,rejectUnauthorized:!0}):n.request(t.url,{agent:i(),headers:s});return c.on(`response`,e=>read(e,t.good,o)),c.on(`error`,e=>o(explain(e))),c.end(),()=>c.destroy()},i=once(()=>new n.Agent({keepAlive:!1,proxyEnv:process.env})),a=once(()=>new r.Agent({keepAlive:!1,maxCachedSessions:0,proxyEnv:process.env}));function once(e){let t;return()=>(t??=e(),t)}function read(e,t,n){let r=e.statusCode??0,i=t.some(([e,t])=>r>=e&&r<=t)?``:`HTTP ${r}`,a=0;e.on(`data`,e=>{a+=e.length,a>1e6&&n(i)}),e.on(`end`,()=>n(i)),e.on(`error`,e=>n(explain(e))),e.on(`close`,()=>n(e.complete?i:`the answer broke off`))}function explain(e){let{code:t,message:n}=e;return typeof t==`string`&&t!==``?t:typeof n==`string`?n:`could not be sent`}exports.sendProbe=sendProbe;
})();

module.exports = __webpack_exports__;
/******/ })()
;