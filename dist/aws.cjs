/******/ (() => { // webpackBootstrap
/******/ 	var __webpack_modules__ = ({

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

/***/ 708:
/***/ ((module) => {

"use strict";
module.exports = require("node:https");

/***/ }),

/***/ 777:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {

Object.defineProperty(exports,Symbol.toStringTag,{value:`Module`});const e=__nccwpck_require__(580);let t=__nccwpck_require__(708);function toConfig({region:n,userAgent:r}){return{region:n,credentials:e.h(),maxAttempts:1,customUserAgent:[[...r]],requestHandler:new e.m({httpsAgent:new t.Agent({keepAlive:!0,maxSockets:50,proxyEnv:process.env})})}}function observeDates(e,t){let n=e.handle.bind(e);e.handle=async(e,r)=>{let i=performance.now(),a=await n(e,r),o=new Date(a.response.headers.date??``);return Number.isNaN(o.getTime())||t(o,performance.now()-i),a}}function createAws({limits:e={},...t}){return openAws(t)(e)}function openAws(e){let t=toConfig(e);return e.observeDate!==void 0&&observeDates(t.requestHandler,e.observeDate),e=>toPorts({...t,limits:e})}function toPorts(e){return{sts:lazy(async()=>(await Promise.resolve().then(()=>__nccwpck_require__(604))).createSts(e)),ec2:lazy(async()=>(await Promise.resolve().then(()=>__nccwpck_require__(510))).createEc2(e)),iam:lazy(async()=>(await Promise.resolve().then(()=>__nccwpck_require__(913))).createIam(e)),fis:lazy(async()=>(await Promise.resolve().then(()=>__nccwpck_require__(66))).createFis(e))}}function lazy(e){let t;return new Proxy({},{get:(n,r)=>{if(r!==`then`)return async(...n)=>(t??=e(),await Reflect.get(await t,r)(...n))}})}exports.createAws=createAws,exports.openAws=openAws;

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