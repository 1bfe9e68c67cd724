/**
 * A process that uses the embedded Postgres or holds an instance lock, for tests that need a real one to race or kill.
 * Arguments: `postgres|lock FOLDER`. Says one JSON line when it has what it wants, then obeys `stop` and `exit` on stdin.
 */
import { createInterface } from 'node:readline';
import { acquireInstanceLock } from '#db/embedded/instance-lock.ts';
import { startEmbeddedPostgres } from '#db/embedded/start.ts';

const [what, dataDir = ''] = process.argv.slice(2);
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);

async function take(): Promise<() => Promise<void>> {
  if (what === 'lock') {
    const lock = await acquireInstanceLock(dataDir);
    say({ locked: true });
    return () => lock.release();
  }
  const { url, owner, stop } = await startEmbeddedPostgres({ dataDir, settings: ['fsync=off'] });
  say({ url, owner });
  return stop;
}

try {
  const leave = await take();
  for await (const command of createInterface({ input: process.stdin })) {
    if (command === 'stop') await leave();
    process.exit(0);
  }
} catch (error) {
  say({
    error: error instanceof Error && 'code' in error ? error.code : String(error),
    message: String(error),
  });
  process.exit(1);
}
