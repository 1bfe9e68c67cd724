import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import { createEntryContext, type EntryContextParts } from '#server/engine/entry-context.ts';
import { accountOf, BTC, proposalOf } from '#tests/support/agent-fixtures.ts';
import { MARKET, MOMENTS } from '#tests/support/memory-cycles.ts';
import { judgeProposal } from '#tools/risk/gate.ts';
import { DEFAULT_LIMITS } from '#tools/risk/limits.ts';

const NOW_MS = MOMENTS.trading;

async function contextOf(over: Partial<EntryContextParts> = {}, atMs = NOW_MS) {
  const instruments = new Map((await MARKET.instruments()).map((one) => [one.symbol, one]));
  const read = createEntryContext(
    {
      market: MARKET,
      limits: DEFAULT_LIMITS,
      tradingState: { read: async () => ({ mode: 'active', reason: '', setBy: 'test', sinceMs: 0 }) },
      equityMarks: async () => ({ dayStartQuote: null, peakQuote: null }),
      recentTrading: async () => ({ trades: [], venueFailuresAtMs: [] }),
      ...over,
    },
    { deskId: 'desk', instruments, clock: { nowMs: () => atMs } },
  );
  const account = accountOf({ asOfMs: atMs });
  return read({ account, positions: [], openOrders: [], unknownOutcomes: 0 }, BTC);
}

describe('the facts of an entry that goes on between cycles', () => {
  it('are of the venue’s time, with the age of the price, the width of its bar and the funding', async () => {
    const context = await contextOf({}, NOW_MS + 30_000);
    expect(context).toMatchObject({ nowMs: NOW_MS + 30_000, priceStepMs: MINUTE_MS });
    expect(context.priceAgesMs.get(BTC)).toBe(30_000);
    expect(context.fundings.get(BTC)).toMatchObject({ rateFraction: expect.any(Number) });
    expect(context.correlations).toEqual(new Map());
  });

  it('hold the entry back at a price that has stopped moving on', async () => {
    const stuck: EntryContextParts['market'] = {
      finestTimeframe: MARKET.finestTimeframe,
      snapshot: (request) => MARKET.snapshot({ ...request, asOfMs: request.asOfMs - HOUR_MS }),
    };
    const codesOf = async (context: Awaited<ReturnType<typeof contextOf>>) =>
      judgeProposal(proposalOf(BTC), context, 'place').findings.map(({ code }) => code);
    expect(await codesOf(await contextOf({ market: stuck }))).toContain('data_stale');
    expect(await codesOf(await contextOf())).not.toContain('data_stale');
  });

  it('tell what the desk has traded of late, asked for at the same time', async () => {
    const asked: unknown[] = [];
    const recent = { trades: [], venueFailuresAtMs: [NOW_MS] };
    const context = await contextOf({
      recentTrading: async (...of) => {
        asked.push(of);
        return recent;
      },
    });
    expect(context.recentTrading).toBe(recent);
    expect(asked).toEqual([['desk', NOW_MS]]);
  });
});
