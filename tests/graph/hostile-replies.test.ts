import { it } from 'vitest';
import { runCycle } from '#graphs/run-cycle.ts';
import { sendByHand } from '#tests/support/hostile-desk.ts';
import { expectHarmless, hostileReport, runHostileReplies } from '#tests/support/hostile-run.ts';

/** `hostile-replies.full.test.ts` has 10,000, of every kind for every agent, and some over the wire. */
it('400 hostile replies: no order outside limits, no crashed cycle, each failure under its own reason', async () => {
  const run = await runHostileReplies(runCycle, sendByHand, { replies: 400, seed: 5 });
  process.stdout.write(hostileReport(run));
  expectHarmless(run);
});
