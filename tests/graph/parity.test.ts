import { describe, expect, it } from 'vitest';
import { CycleRecord } from '#domain/run.ts';
import type { HeardSpikes } from '#graphs/deps.ts';
import { runCycle } from '#graphs/run-cycle.ts';
import {
  type CycleDesk,
  type CycleRunner,
  createGraphCycle,
  MOMENTS,
  openDesk,
} from '#tests/support/memory-cycles.ts';

const CYCLES = 60;
const EVERY_MS = 20 * 60_000;

/** As a watch would tell them: before every third cycle, of one symbol after the other. */
const heardSpikes: HeardSpikes = async ({ symbols, asOfMs }) => {
  const turn = Math.floor(asOfMs / EVERY_MS);
  const symbol = symbols[turn % symbols.length];
  if (symbol === undefined || turn % 3 > 0) return [];
  const about = { symbol, timeframe: '1m', barOpenAtMs: asOfMs - 60_000 } as const;
  return [{ ...about, kind: 'price', direction: 'up', robustSigmas: 6 + (turn % 7) }];
};

/** A day of cycles with the crash in it; a person arms the desk again an hour after the trip. */
async function dayOfCycles(run: CycleRunner): Promise<CycleDesk> {
  const desk = await openDesk(MOMENTS.trading, { heardSpikes });
  for (let cycle = 0; cycle < CYCLES; cycle++) {
    desk.clock.nowMs = MOMENTS.trading + cycle * EVERY_MS;
    const state = await desk.deps.tradingState.read('desk');
    if (state.mode === 'halted' && desk.clock.nowMs - state.sinceMs >= 3 * EVERY_MS)
      desk.setTradingState({ mode: 'active', reason: 'armed', setBy: 'person', sinceMs: desk.clock.nowMs });
    await run(desk.request(`run-${cycle}`), desk.deps);
  }
  return desk;
}

/** A record without the wall's durations. */
function substance(record: CycleRecord): unknown {
  return { ...record, nodes: record.nodes.map((node) => ({ ...node, durationMs: 0 })) };
}

describe('the plain composition and the graph', () => {
  it('decide, trade and record the same over a day of cycles with a crash', async () => {
    const plain = await dayOfCycles(runCycle);
    const graph = await dayOfCycles(createGraphCycle().run);

    expect(graph.records.map(({ outcome }) => outcome)).toEqual(plain.records.map(({ outcome }) => outcome));
    for (const [i, record] of plain.records.entries())
      expect(substance(graph.records[i] as CycleRecord), record.runId).toEqual(substance(record));
    expect(await graph.venue.activityAfter(null)).toEqual(await plain.venue.activityAfter(null));
    expect(await graph.venue.account()).toEqual(await plain.venue.account());
    expect([...graph.orders.intents]).toEqual([...plain.orders.intents]);
    expect(graph.events).toEqual(plain.events);
    expect(graph.agents.asked).toEqual(plain.agents.asked);
    expect(graph.agents.questions).toEqual(plain.agents.questions);

    expect(plain.records.filter(({ market }) => market?.heardSpikes !== undefined)).toHaveLength(CYCLES / 3);
    const outcomes = new Set(plain.records.map(({ outcome }) => outcome));
    expect([...outcomes].sort()).toEqual(expect.arrayContaining(['halted', 'held', 'traded']));
    expect(plain.records).toHaveLength(CYCLES);
    expect(plain.records.filter(({ outcome }) => outcome === 'traded').length).toBeGreaterThan(5);
  }, 30_000);

  it('leave records that fit their schema and survive JSON', async () => {
    const desk = await openDesk(MOMENTS.trading);
    await createGraphCycle().run(desk.request('run-1'), desk.deps);
    const [record] = desk.records;
    expect(CycleRecord.parse(record)).toEqual(record);
    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
  });
});
