import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors.ts';
import { HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import { drillOf, lengthOf, lengthText, type SimulateCrashOptions } from '#server/cli/simulate-crash-plan.ts';

const BTC = 'BTC/USDT:USDT';
const given = (options: Partial<SimulateCrashOptions> = {}) =>
  ({ asset: 'BTC', replay: false, json: false, ...options }) satisfies SimulateCrashOptions;
const replay = (options: Partial<SimulateCrashOptions> = {}) =>
  given({ replay: true, data: 'candles', from: '2025-10-10T20:00Z', ...options });

function refusal(options: SimulateCrashOptions, configured?: string): string {
  try {
    drillOf(options, configured);
  } catch (thrown) {
    if (thrown instanceof AppError) return `${thrown.code}: ${thrown.message}`;
  }
  return 'nothing was refused';
}

describe('what a crash drill is asked for', () => {
  it('falls by 18% over 20 minutes on the generator where nothing is said', () => {
    expect(drillOf(given(), undefined)).toMatchObject({
      ...{ kind: 'generator', symbol: BTC, dropFraction: 0.18, overMs: 20 * MINUTE_MS, seed: 7, speed: null },
    });
  });

  it('puts the asset that falls first among the symbols, once', () => {
    const { symbols } = drillOf(given({ asset: 'eth', symbols: 'SOL,ETH,BTC' }), undefined);
    expect(symbols).toEqual(['ETH/USDT:USDT', 'SOL/USDT:USDT', BTC]);
  });

  it('takes an asset nobody knows where --symbols names it', () => {
    expect(drillOf(given({ asset: 'FOO', symbols: 'BTC,FOO' }), undefined).symbol).toBe('FOO/USDT:USDT');
    expect(refusal(given({ asset: 'FOO' }))).toMatch(/^symbol_unknown: the generator has no FOO: .*BTC, ETH/);
  });

  it.each(['0', '-1', '90.1', '100', 'NaN', 'Infinity', '', '18%'])(
    'refuses a drop of "%s" and says what may be',
    (drop) => {
      expect(refusal(given({ drop }))).toBe(
        `usage_invalid: --drop "${drop}" must be a number from 0.1 to 90 (percent off its price)`,
      );
    },
  );

  it.each(['banana', '20', 'm', '-20m', '20m ago', '1e3m'])('refuses "%s" as a length of time', (over) => {
    expect(refusal(given({ over }))).toMatch(
      /^usage_invalid: --over ".*" is no length of time: give one such as 20m/,
    );
  });

  it.each(['30s', '90s', '0m', '25h'])(
    'refuses a fall over %s: bars are whole minutes, at most a day of them',
    (over) => {
      expect(refusal(given({ over }))).toMatch(/^usage_invalid: --over/);
    },
  );

  it.each([
    ['--seed', { seed: '-1' }],
    ['--seed', { seed: '4294967296' }],
    ['--speed', { speed: '0' }],
    ['--speed', { speed: 'fast' }],
    ['--from', { from: 'yesterday' }],
    ['--seed', { data: 'candles', seed: '1' }],
    ['--over', { data: 'candles', over: '90s' }],
    ['--venue', { venue: 'BINANCE' }],
  ])('names %s when it cannot be meant', (option, options) => {
    expect(refusal(given(options))).toMatch(new RegExp(`^usage_invalid: ${option} `));
  });

  it('lays a crash over the candles it is given', () => {
    expect(
      drillOf(given({ data: 'candles', drop: '30', from: '2025-10-10T20:00Z' }), undefined),
    ).toMatchObject({
      ...{ kind: 'laid', dataPath: 'candles', dropFraction: 0.3, overMs: 20 * MINUTE_MS, symbols: null },
      fromMs: Date.UTC(2025, 9, 10, 20),
    });
    expect(drillOf(given({ data: 'candles' }), undefined)).toMatchObject({ kind: 'laid', fromMs: null });
  });

  it('falls on the generator whatever candles the environment names', () => {
    expect(drillOf(given(), 'configured').kind).toBe('generator');
  });

  it('replays a day from where it is told to, with the folder of the environment where none is named', () => {
    const { data: _data, ...unnamed } = replay();
    expect(drillOf(unnamed, 'configured')).toMatchObject({
      ...{ kind: 'replay', dataPath: 'configured', fromMs: Date.UTC(2025, 9, 10, 20), overMs: 24 * HOUR_MS },
      symbols: null,
    });
    expect(drillOf(replay({ over: '6h' }), 'configured')).toMatchObject({
      dataPath: 'candles',
      overMs: 6 * HOUR_MS,
    });
  });

  it('refuses a replay without candles, without a beginning, and with a fall of its own', () => {
    const { data: _data, ...unnamed } = replay();
    expect(refusal(unnamed)).toMatch(/^candle_data_missing: --replay needs recorded candles: .*--data/);
    const { from: _from, ...timeless } = replay();
    expect(refusal(timeless)).toMatch(/^usage_invalid: --replay needs --from/);
    expect(refusal(replay({ drop: '18' }))).toMatch(/^usage_invalid: --drop /);
    expect(refusal(replay({ seed: '1' }))).toMatch(/^usage_invalid: --seed /);
  });
});

describe('a length of time', () => {
  const bounds = { least: 1, most: 30 * HOUR_MS };

  it.each([
    ['45s', 45_000],
    ['20m', 20 * MINUTE_MS],
    ['1h30m', 90 * MINUTE_MS],
    ['1.5h', 90 * MINUTE_MS],
    [' 1D ', 24 * HOUR_MS],
  ])('reads %s', (text, ms) => {
    expect(lengthOf('--over', text, bounds)).toBe(ms);
  });

  it('is told in the words of a person', () => {
    expect([0, 45_000, 90 * MINUTE_MS, 24 * HOUR_MS].map(lengthText)).toEqual([
      '0 s',
      '45 s',
      '1 h 30 min',
      '24 h',
    ]);
  });
});
