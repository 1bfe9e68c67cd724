import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors.ts';
import { seededRandom } from '#domain/ids.ts';
import { sweepOf } from '#tools/strategies/parameter-range.ts';
import { drawParameters, parametersOf, parametersSchema } from '#tools/strategies/parameters.ts';
import { STRATEGIES, strategyOf } from '#tools/strategies/registry.ts';
import { smaCrossover } from '#tools/strategies/sma-crossover.ts';

describe('the parameters of a strategy', () => {
  it('takes the usual value for what is left out', () => {
    expect(parametersOf(smaCrossover, { fastBars: 10 })).toEqual({ fastBars: 10, slowBars: 50, shorts: 0 });
  });

  it.each([
    [{ fastBars: 1 }, 'fastBars 1 has to be a whole number from 2 to 100'],
    [{ fastBars: 2.5 }, 'fastBars 2.5 has to be a whole number from 2 to 100'],
    [{ slowBars: 'many' }, 'slowBars many has to be a whole number from 10 to 400'],
    [{ fastBars: 60, slowBars: 50 }, 'fastBars 60 has to be below slowBars 50'],
    [{ period: 3 }, 'Unrecognized key: "period"'],
  ])('refuses %j', (given, fault) => {
    expect(() => parametersOf(smaCrossover, given)).toThrow(`strategy sma-crossover: ${fault}`);
  });

  it('is swept from the least to the most, without dust', () => {
    const range = { describes: '', usual: 0.3, least: 0.1, most: 0.7, step: 0.1, isWhole: false };
    expect(sweepOf(range)).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]);
    expect(sweepOf({ ...range, most: 0.35 })).toEqual([0.1, 0.2, 0.3]);
  });
});

describe.each(STRATEGIES)('the ranges of $name', (strategy) => {
  it('hold their usual values, which are allowed together', () => {
    expect(Object.keys(parametersOf(strategy))).toEqual(Object.keys(strategy.ranges));
  });

  it('hold whatever is drawn of them', () => {
    const random = seededRandom(7);
    for (let draw = 0; draw < 50; draw++) {
      const drawn = drawParameters(strategy, random.next);
      expect(parametersSchema(strategy).parse(drawn)).toEqual(drawn);
    }
  });

  it('give whole numbers of bars to look back on', () => {
    const random = seededRandom(8);
    for (let draw = 0; draw < 50; draw++)
      expect(strategy.lookBackBars(drawParameters(strategy, random.next))).toSatisfy(
        (bars: number) => Number.isInteger(bars) && bars >= 1,
      );
  });
});

describe('the registry', () => {
  it('finds a strategy by its name', () => {
    expect(strategyOf('sma-crossover')).toBe(smaCrossover);
  });

  it('lists those there are to whoever names another', () => {
    const ask = () => strategyOf('martingale');
    expect(ask).toThrow(AppError);
    expect(ask).toThrow(/there is no strategy "martingale": choose .*, sma-crossover \(long when/);
  });

  it('names each strategy once', () => {
    expect(new Set(STRATEGIES.map(({ name }) => name)).size).toBe(STRATEGIES.length);
  });
});
