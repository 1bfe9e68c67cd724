// Says in one line what vitest counted, after the names of what was skipped, failed or passed at its second try.
// `test-summary.mjs REPORT [FAILED STEP …]`; exits non-zero on any failure.
import { existsSync, readFileSync } from 'node:fs';

const [path, ...steps] = process.argv.slice(2);
const report = path && existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
const files = report?.testResults ?? [];
const tests = files.flatMap(({ assertionResults }) => assertionResults);
const withStatus = (...statuses) => tests.filter(({ status }) => statuses.includes(status));

const skipped = withStatus('pending', 'skipped', 'todo', 'disabled');
const failed = withStatus('failed');
/** A test that failed once and then passed keeps what it failed with. */
const secondTries = withStatus('passed').filter(({ failureMessages }) => failureMessages?.length > 0);
/** Files that broke before a test of theirs could. */
const broken = files.filter(
  ({ status, assertionResults }) =>
    status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
);
/** The step that runs the tests fails with them; it counts by itself only when no test says why. */
const otherSteps = steps.filter((step) => step !== 'tests' || failed.length + broken.length === 0);
const failures = [
  ...failed.map(({ fullName }) => fullName),
  ...broken.map(({ name, message }) => `${name}: ${message}`),
  ...otherSteps.map((step) => `step: ${step}`),
  ...(tests.length === 0 ? ['no test ran'] : []),
];

for (const { fullName } of skipped) console.log(`skipped: ${fullName}`);
for (const { fullName, failureMessages } of secondTries)
  console.log(`second try: ${fullName}: ${failureMessages[0].split('\n')[0]}`);
for (const failure of failures) console.log(`failed: ${failure}`);
console.log(`${withStatus('passed').length} passed, ${failures.length} failed, ${skipped.length} skipped`);
process.exitCode = failures.length > 0 ? 1 : 0;
