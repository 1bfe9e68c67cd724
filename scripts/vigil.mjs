// The command line: builds what is stale, then runs the bundle. `start` needs the web view too.
import { buildApart } from './build.mjs';

const [command] = process.argv.slice(2);
const servesWeb = command === 'start' && !process.argv.some((word) => /^(worker|guard)$/.test(word));
const failed = buildApart({ web: servesWeb });
if (failed === 0) await import('../dist/vigil.mjs');
else {
  console.error('the build failed; its reason stands above');
  process.exitCode = failed;
}
