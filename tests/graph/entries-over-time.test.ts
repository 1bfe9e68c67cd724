import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '#domain/time.ts';
import type { Script } from '#tests/support/memory-agents.ts';
import { MOMENTS, openDesk, RUNNERS, recordOfCycle } from '#tests/support/memory-cycles.ts';

const DEADLINE_MS = 30 * MINUTE_MS;

/** An Executor that takes its time with everything. */
function inStyle(style: 'limit' | 'twap'): Script {
  return {
    executor: ({ proposals }) => ({
      plans: proposals.map(({ proposalId }) => ({ proposalId, style, deadlineMs: DEADLINE_MS, reason: '' })),
      summary: '',
    }),
  };
}

describe.each(RUNNERS)('entries over time, by %s', (_name, run) => {
  it('rest as traded, and the next cycle finds their symbols spoken for', async () => {
    const desk = await openDesk(MOMENTS.trading, { script: inStyle('limit') });
    const first = await recordOfCycle(run, desk);
    const entering = first.intents.filter(({ request }) => request.purpose === 'entry');
    expect(first.reason).toBe(entering.map(({ request }) => `entry ${request.symbol} (resting)`).join(', '));
    expect(first.positions).toEqual([]);
    const second = await recordOfCycle(run, desk, 'run-2');
    expect(second.verdicts.map(({ stage, outcome }) => `${stage} ${outcome}`)).toEqual(
      second.proposals.map(() => 'gate denied'),
    );
    const taken = second.verdicts.filter(({ findings }) =>
      findings.some(({ code }) => code === 'position_exists'),
    );
    expect(taken.map(({ symbol }) => symbol).sort()).toEqual(
      entering.map(({ request }) => request.symbol).sort(),
    );
    expect(second.intents).toEqual([]);
  });

  it('become positions with their protection under the looks of the guard, and end at their deadline', async () => {
    for (const style of ['limit', 'twap'] as const) {
      const desk = await openDesk(MOMENTS.trading, { script: inStyle(style) });
      const { verdicts } = await recordOfCycle(run, desk);
      const passed = new Map(
        verdicts
          .filter(({ stage }) => stage === 'place')
          .map((verdict) => [verdict.symbol, verdict.quantityBase]),
      );
      for (let waitedMs = 0; waitedMs <= DEADLINE_MS; waitedMs += MINUTE_MS) {
        desk.clock.nowMs = MOMENTS.trading + waitedMs;
        await desk.deps.orders.reconcile();
      }
      const { positions, openOrders, entries } = await desk.deps.orders.reconcile();
      expect(entries).toEqual([]);
      expect(openOrders.filter(({ purpose }) => purpose === 'entry')).toEqual([]);
      expect(positions.length).toBeGreaterThan(0);
      for (const { symbol, quantityBase } of positions) {
        expect(Number(quantityBase)).toBeLessThanOrEqual(Number(passed.get(symbol)));
        const stops = openOrders.filter((order) => order.symbol === symbol && order.purpose === 'stop');
        expect(stops.map((stop) => stop.quantityBase)).toEqual([quantityBase]);
      }
    }
  });
});
