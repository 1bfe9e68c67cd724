import { expect, it } from 'vitest';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { MarketData, MarketStream } from '#exchanges/ports/market-data.ts';
import { AT_ONCE } from '#tests/support/memory-agents.ts';
import { MARKET, MOMENTS, openDesk, RUNNERS, recordOfCycle } from '#tests/support/memory-cycles.ts';

/** A stream that tells of each symbol what it is now worth of its price in the candles. */
function streaming(lastQuoteOf: (symbol: MarketSymbol) => number | null): MarketData {
  const stream: MarketStream = {
    onPrice: () => () => {},
    latest(symbol, kind) {
      const priceQuote = lastQuoteOf(symbol);
      return priceQuote === null ? null : { symbol, kind, priceQuote, atMs: MOMENTS.trading };
    },
    liquidations: () => null,
    health: () => ({ state: 'streaming', lastPriceAtMs: MOMENTS.trading, ignored: 0 }),
  };
  return { ...MARKET, stream };
}

it.each(RUNNERS)('judges an open at the price that is pushed meanwhile, by %s', async (_name, run) => {
  const atSnapshot = await recordOfCycle(run, await openDesk(MOMENTS.trading, { script: AT_ONCE }));
  const [open] = atSnapshot.proposals;
  if (!open?.stopPriceQuote) return expect.fail('nothing was proposed with a stop');
  const pushed = Number(open.stopPriceQuote);

  const market = streaming((symbol) => (symbol === open.symbol ? pushed : null));
  const record = await recordOfCycle(run, await openDesk(MOMENTS.trading, { script: AT_ONCE, market }));
  const verdicts = record.verdicts.filter(({ proposalId }) => proposalId === open.proposalId);
  expect(verdicts.map(({ stage, outcome }) => ({ stage, outcome }))).toEqual([
    { stage: 'gate', outcome: 'denied' },
  ]);
  expect(record.positions.map(({ symbol }) => symbol).sort()).toEqual(
    atSnapshot.positions
      .map(({ symbol }) => symbol)
      .filter((symbol) => symbol !== open.symbol)
      .sort(),
  );
});
