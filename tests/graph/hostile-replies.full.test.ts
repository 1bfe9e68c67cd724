import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createChatModel } from '#agents/model.ts';
import { seededRandom } from '#domain/ids.ts';
import { runCycle } from '#graphs/run-cycle.ts';
import { type Send, sendByHand } from '#tests/support/hostile-desk.ts';
import { HOSTILE_KINDS } from '#tests/support/hostile-replies.ts';
import { expectHarmless, hostileReport, runHostileReplies } from '#tests/support/hostile-run.ts';
import { createGraphCycle } from '#tests/support/memory-cycles.ts';
import { type ScriptedModel, startScriptedModel } from '#tests/support/scripted-model.ts';

let server: ScriptedModel;
beforeAll(async () => {
  server = await startScriptedModel();
});
afterAll(() => server.close());

/** What never comes is given up soon; the rest has the time it needs on a loaded machine. */
const DEADLINES_MS = { stalled: 60, other: 20_000 };

/** One question at a time, so that the server knows whose reply it gives. */
function overTheWire(): Send {
  const modelWithin = (timeoutMs: number) =>
    createChatModel({
      apiKey: 'test-key',
      baseUrl: server.baseUrl,
      model: 'scripted-1',
      timeoutMs,
      maxAttempts: 2,
      recordCall: () => undefined,
      wallClock: { nowMs: () => 1_000 },
      ids: { next: (prefix) => prefix },
      random: seededRandom(1),
      retry: { baseMs: 1, capMs: 5 },
    });
  const hasty = modelWithin(DEADLINES_MS.stalled);
  const patient = modelWithin(DEADLINES_MS.other);
  let last: Promise<unknown> = Promise.resolve();
  return (reply, request) => {
    const turn = last.then(() => {
      server.follow(() => reply);
      return (reply.kind.startsWith('stalled') ? hasty : patient).ask(request);
    });
    last = turn.catch(() => undefined);
    return turn;
  };
}

describe('hostile replies', () => {
  it('10,000 by hand: no order outside limits, no crashed cycle, each failure under its own reason', async () => {
    const run = await runHostileReplies(runCycle, sendByHand, { replies: 10_000, seed: 20_250_407 });
    process.stdout.write(hostileReport(run));
    expectHarmless(run);
    expect(run.desk.decisions.length).toBeGreaterThanOrEqual(10_000);
    for (const { name, agents } of HOSTILE_KINDS) {
      const met = new Set(
        run.desk.decisions.filter(({ kind }) => kind.name === name).map(({ agent }) => agent),
      );
      expect([name, ...[...met].sort()]).toEqual([name, ...[...agents].sort()]);
    }
  }, 300_000);

  it('500 over the wire and through LangGraph end the same way', async () => {
    const run = await runHostileReplies(createGraphCycle().run, overTheWire(), { replies: 500, seed: 11 });
    process.stdout.write(hostileReport(run));
    expectHarmless(run);
  }, 300_000);
});
