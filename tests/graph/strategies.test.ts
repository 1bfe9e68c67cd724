/** The desk's own nodes on a strategy's word in the place of its points. */
import { describe, expect, it } from 'vitest';
import { HOUR_MS } from '#domain/time.ts';
import { createGeneratorMarket, DEFAULT_START_AT_MS } from '#exchanges/generator/generator-market.ts';
import { openWalkedDesk, recordsOf } from '#tests/support/walked-backtest.ts';

const SYMBOLS = ['BTC/USDT:USDT', 'ETH/USDT:USDT', 'SOL/USDT:USDT', 'XRP/USDT:USDT'];

describe('a cycle by momentum', () => {
  it('is recorded under its name, and opens only what it is long or short of', async () => {
    const market = createGeneratorMarket({ seed: 11, symbols: SYMBOLS, barsPerSeries: 150 });
    const walked = recordsOf(await openWalkedDesk(market, DEFAULT_START_AT_MS, undefined, 'momentum'));
    for (let hour = 0; hour < 12; hour++) {
      walked.desk.clock.nowMs = DEFAULT_START_AT_MS + hour * HOUR_MS;
      await walked.desk.guard();
      await walked.desk.cycle();
    }
    walked.desk.close();
    const signals = walked.records.flatMap((record) => record.signals);
    expect(new Set(signals.map(({ strategy }) => strategy))).toEqual(new Set(['momentum']));
    for (const { score } of signals) expect([-3, 0, 3]).toContain(score);
    const opens = walked.records.flatMap(({ signals, proposals }) =>
      proposals
        .filter(({ kind }) => kind === 'open')
        .map(({ symbol, side }) => [side, signals.find((signal) => signal.symbol === symbol)?.action]),
    );
    expect(opens.length).toBeGreaterThan(0);
    for (const [side, action] of opens) expect(action).toBe(side === 'long' ? 'buy' : 'sell');
  });
});
