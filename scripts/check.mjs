// Everything a commit must pass, in parallel, with one line per step: format and lint, types, boundaries, fast tests.
// `--without-tests` leaves these to whoever runs all tests afterwards.
import { spawn } from 'node:child_process';

const steps = [
  ['format and lint', 'biome check --error-on-warnings .'],
  ['types', 'tsc -p tsconfig.json'],
  ['types of the web', 'tsc -p web/tsconfig.json'],
  [
    'boundaries',
    'depcruise --config .dependency-cruiser.mjs domain tools exchanges agents prompts graphs db server',
  ],
  ['fast tests', 'vitest run --project fast'],
];

/** Runs one step through the local binaries; resolves with its exit code, output and duration. */
function run([name, command]) {
  const startedAtMs = performance.now();
  return new Promise((resolve) => {
    const child = spawn(command, {
      shell: true,
      env: { ...process.env, PATH: `node_modules/.bin:${process.env.PATH}`, FORCE_COLOR: '1' },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        output += chunk;
      });
    child.on('close', (code) =>
      resolve({ name, code, output, seconds: (performance.now() - startedAtMs) / 1_000 }),
    );
  });
}

const quick = await Promise.all(steps.slice(0, 4).map(run));
const slow = process.argv.includes('--without-tests') ? [] : [await run(steps[4])];
const results = [...quick, ...slow];
for (const { name, code, output, seconds } of results) {
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds.toFixed(1)} s)`);
  if (code !== 0) console.log(output);
}
process.exitCode = results.some(({ code }) => code !== 0) ? 1 : 0;
