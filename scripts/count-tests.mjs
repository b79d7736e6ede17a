// node scripts/count-tests.mjs LOG VITEST.json
// Adds up what cargo (its lines in LOG) and vitest (its JSON report) say they ran. Fails when a test failed or was left
// out, or when one of the two ran none. The last line is `N passed, N failed`.
import { existsSync, readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";

const [log = "", report = ""] = process.argv.slice(2);
const rust = readCargo(stripVTControlCharacters(readFileSync(log, "utf8")));
const node = readVitest(report);
const left = rust.left + node.left;

console.log(`\ncargo test: ${rust.passed} passed, ${rust.failed} failed, ${rust.left} left out`);
console.log(`vitest: ${node.passed} passed, ${node.failed} failed, ${node.left} left out`);
if (left > 0) console.log("error: tests were ignored, skipped, filtered or left to do: every test runs, or goes");
if (rust.passed === 0 || node.passed === 0) console.log("error: a runner ran no test");
console.log(`${rust.passed + node.passed} passed, ${rust.failed + node.failed} failed`);
if (rust.failed + node.failed + left > 0 || rust.passed === 0 || node.passed === 0) process.exitCode = 1;

/** @param {string} text */
function readCargo(text) {
  const line = /^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored; \d+ measured; (\d+) filtered out/gm;
  const sum = { passed: 0, failed: 0, left: 0 };
  for (const [, passed, failed, ignored, filtered] of text.matchAll(line)) {
    sum.passed += Number(passed);
    sum.failed += Number(failed);
    sum.left += Number(ignored) + Number(filtered);
  }
  return sum;
}

/** @param {string} file absent where the steps before vitest failed */
function readVitest(file) {
  if (!existsSync(file)) return { passed: 0, failed: 0, left: 0 };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(file, "utf8"));
  return { passed: numPassedTests, failed: numFailedTests, left: numPendingTests + numTodoTests };
}
