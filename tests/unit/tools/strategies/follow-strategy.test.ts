import { describe, expect, it } from 'vitest';
import type { CandleSeries } from '#domain/candle.ts';
import type { SymbolMarket } from '#domain/market.ts';
import type { Regime, Signal } from '#domain/signal.ts';
import { BTC, signalOf } from '#tests/support/agent-fixtures.ts';
import { closesAt, toldStrategy } from '#tests/support/hand-bars.ts';
import { DESK_STRATEGIES, deskStrategyOf } from '#tools/strategies/desk-strategies.ts';
import { followStrategy } from '#tools/strategies/follow-strategy.ts';

const BARS = closesAt(100, 101, 102, 103);

describe('the signal of a strategy', () => {
  it('is a buy at the threshold for as long as the strategy is long', () => {
    const signal = follow([1]);
    expect(signal).toMatchObject({ action: 'buy', score: 3, strategy: 'told', confidenceFraction: 0.5 });
    expect(signal.reason).toMatch(/^buy by told on 1h: long since the bar of 2025-01-01T00:00:00/);
  });

  it('is a sell while it is short and a hold once it has left', () => {
    expect(follow([1, -1])).toMatchObject({ action: 'sell', score: -3 });
    expect(follow([1, -1, 0])).toMatchObject({ action: 'hold', score: 0, confidenceFraction: 0 });
    expect(follow([1, -1, 0]).reason).toMatch(
      /^hold by told on 1h: flat since the bar of 2025-01-01T02:00:00/,
    );
  });

  it('has half the confidence against the trend of the 4h bars', () => {
    const signal = follow([1], { trend: 'bear' });
    expect(signal.confidenceFraction).toBe(0.25);
    expect(signal.reason).toContain('4h trend bear, against the score');
  });

  it('holds, and says why, without enough bars or without any', () => {
    const { follows } = deskStrategyOf('sma-crossover');
    const short = followStrategy(signalOf(BTC), marketOf(BARS), follows!);
    expect(short).toMatchObject({ action: 'hold', score: 0 });
    expect(short.reason).toContain('it looks back on 51 bars and 4 are there');
    expect(followStrategy(signalOf(BTC), marketOf(), follows!).reason).toContain('there are no bars');
  });

  it('leaves the votes and readings of the desk as they are', () => {
    const before = signalOf(BTC);
    const { readings, spikes, indicators, atrQuote } = followStrategy(
      before,
      marketOf(BARS),
      toldStrategy([1]),
    );
    expect({ readings, spikes, indicators, atrQuote }).toEqual({
      ...{ readings: before.readings, spikes: before.spikes },
      ...{ indicators: before.indicators, atrQuote: before.atrQuote },
    });
  });
});

describe('the strategies of the desk', () => {
  it('begin with its own points and leave out those that add to a position', () => {
    const names = DESK_STRATEGIES.map(({ name }) => name);
    expect(names[0]).toBe('points');
    expect(names).toEqual(expect.arrayContaining(['sma-crossover', 'breakout', 'weighted-points']));
    expect(names).not.toContain('dca');
    expect(deskStrategyOf('points').follows).toBeNull();
  });

  it.each(['dca', 'grid'])('refuse %s with the reason', (name) => {
    expect(() => deskStrategyOf(name)).toThrow(
      `the strategy "${name}" adds to what it holds, and the desk never adds to a position: choose points (`,
    );
  });

  it('list those there are to whoever names another', () => {
    expect(() => deskStrategyOf('hope')).toThrow('there is no strategy "hope": choose points (');
  });
});

function follow(targets: readonly number[], regime: Partial<Regime> = {}): Signal {
  const signal = signalOf(BTC);
  const told = toldStrategy(targets);
  return followStrategy(
    { ...signal, regime: { ...signal.regime, trend: 'bull', ...regime } },
    marketOf(BARS),
    told,
  );
}

function marketOf(...series: readonly CandleSeries[]): SymbolMarket {
  return { series: new Map(series.map((bars) => [bars.timeframe, bars])) } as unknown as SymbolMarket;
}
