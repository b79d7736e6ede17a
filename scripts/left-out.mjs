// The last line of `npm test`: what it does not test, and how to.
import { hasWebkit, howToGetWebkit } from "../test/everywhere/webkit.mjs";
import { howToGet } from "./browsers.mjs";

const webkit = hasWebkit ? `; the last WebKitGTK, too: ${howToGetWebkit}` : "";

console.log(
  `Not part of npm test: what examples come to (npm run test:examples), the machine in NumPy (npm run test:python); the page (npm run test:browser), how smooth it is (npm run demo:trace) and the package in bundlers, other engines and browsers (npm run test:everywhere), which need Chromium and Firefox: ${howToGet}${webkit}.`,
);
