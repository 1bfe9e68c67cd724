import { describe, expect, it } from 'vitest';
import { seededRandom } from '#domain/ids.ts';
import { CycleRecord } from '#domain/run.ts';
import { runCycle } from '#graphs/run-cycle.ts';
import { stateBefore } from '#graphs/state-before.ts';
import type { Script } from '#tests/support/memory-agents.ts';
import { type CycleDesk, MOMENTS, openDesk, recordOfCycle } from '#tests/support/memory-cycles.ts';

/** A Context agent of wild opinions: the same ones for the same symbol at the same time. */
function wildly(seed: number): Script {
  return {
    context: ({ signal }) => {
      const random = seededRandom(seed + signal.atMs / 60_000 + signal.symbol.charCodeAt(0) * 7);
      const conviction = random.next() * 2 - 1;
      const stance = conviction > 0 ? 'bullish' : 'bearish';
      return { symbol: signal.symbol, stance, conviction, evidence: [], summary: '' };
    },
  };
}

/** An hour of cycles, a minute apart, from a moment on. */
async function anHour(desk: CycleDesk, fromMs: number, hasModel: boolean): Promise<CycleRecord[]> {
  const records: CycleRecord[] = [];
  const deps = { ...desk.deps, agents: { ...desk.agents.desk, hasModel } };
  for (let minute = 0; minute < 60; minute++) {
    desk.clock.nowMs = fromMs + minute * 60_000;
    records.push(await recordOfCycle(runCycle, desk, `run-${minute}`, deps));
  }
  return records;
}

/** What was sent in each cycle. The order among closes follows conviction, and means nothing. */
const sentIn = (records: readonly CycleRecord[]) =>
  records.map(({ outcome, intents }) => ({
    outcome,
    intents: intents
      .map(({ request }) => `${request.purpose} ${request.symbol} ${request.quantityBase}`)
      .sort(),
  }));

describe('a model that is asked only where it can change something', () => {
  it.each([1, 2, 3])('trades exactly as one that is asked about everything (seed %i)', async (seed) => {
    const script = wildly(seed);
    const all = await openDesk(MOMENTS.trading, { script });
    const some = await openDesk(MOMENTS.trading, { script });
    const askedAll = await anHour(all, MOMENTS.trading, false);
    const askedSome = await anHour(some, MOMENTS.trading, true);
    expect(sentIn(askedSome)).toEqual(sentIn(askedAll));
    expect(askedAll.some(({ intents }) => intents.length > 0)).toBe(true);
    const counts = [some, all].map(({ agents }) => agents.questions.context.length);
    expect(counts[0]).toBeGreaterThan(0);
    expect(counts[0]).toBeLessThan((counts[1] ?? 0) / 2);
  });

  it('says of each subject it leaves to the rules why nothing can come of it', async () => {
    const desk = await openDesk(MOMENTS.trading, { script: wildly(1) });
    await anHour(desk, MOMENTS.trading, true);
    const told = desk.spans.filter(({ name, decidedBy }) => name === 'context' && decidedBy === 'rules');
    expect(told.length).toBeGreaterThan(0);
    for (const { input } of told) expect(input).toMatchObject({ moot: expect.stringMatching(/\w{3}/) });
  });

  it('keeps them in its record, so that the run is decided again with them', async () => {
    const desk = await openDesk(MOMENTS.trading, { script: wildly(1) });
    const records = await anHour(desk, MOMENTS.trading, true);
    const withMoot = records.filter(({ moot }) => moot !== undefined);
    expect(withMoot.length).toBeGreaterThan(0);
    for (const record of withMoot) {
      expect(CycleRecord.parse(record).moot).toEqual(record.moot);
      expect(stateBefore(record, 'scanner').moot).toEqual([]);
      if (record.subjects.length > 0) expect(stateBefore(record, 'context').moot).toEqual(record.moot);
    }
  });
});
