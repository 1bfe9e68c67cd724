// A worker in a process of its own. `hold`: takes a job and keeps it; `once`: works one job, closes, and ends by itself.
import { openQueueAt, type QueueAddress } from '#tests/support/queue-backends.ts';

const plan = JSON.parse(process.argv[2] ?? '') as QueueAddress & { readonly mode: 'hold' | 'once' };
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);

const queue = await openQueueAt(plan);
const worked = new Promise<void>((resolve) => {
  const handle = async (job: string) => {
    say({ took: job });
    if (plan.mode === 'hold') await new Promise(() => {});
    resolve();
  };
  queue.work({ tick: handle, run: handle }, 1);
});
await worked;
await queue.close();
