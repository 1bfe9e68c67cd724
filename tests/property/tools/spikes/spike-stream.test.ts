import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '#domain/time.ts';
import { plainSigmas } from '#tests/support/plain-spikes.ts';
import { SpikeDetector, type SpikeSignal } from '#tools/spikes/spike-detector.ts';
import { createSpikeStream } from '#tools/spikes/spike-stream.ts';

const THRESHOLDS = { baselineBars: 12, priceSigmas: 3, volumeSigmas: 2 };
const START_MS = Date.UTC(2025, 0, 1);

interface Bars {
  readonly openAtMs: Float64Array;
  readonly open: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

/** Steps of a walk: how many bars on, the move, the volume; gaps short and long, moves none and huge, volume 0. */
const step = fc.record({
  bars: fc.oneof(
    { weight: 30, arbitrary: fc.constant(1) },
    { weight: 1, arbitrary: fc.constantFrom(2, 5, 12, 13, 40) },
  ),
  move: fc.oneof(
    { weight: 10, arbitrary: fc.double({ min: -0.01, max: 0.01, noNaN: true }) },
    { weight: 1, arbitrary: fc.constantFrom(0, 0.2, -0.2) },
  ),
  volume: fc.oneof(
    { weight: 10, arbitrary: fc.double({ min: 1, max: 20, noNaN: true }) },
    { weight: 1, arbitrary: fc.constantFrom(0, 5_000) },
  ),
});
const bars = fc.array(step, { minLength: 20, maxLength: 120 }).map((steps): Bars => {
  const openAtMs = new Float64Array(steps.length);
  const close = new Float64Array(steps.length);
  let atMs = START_MS;
  let price = 100;
  for (const [i, { bars: on, move }] of steps.entries()) {
    atMs += on * MINUTE_MS;
    price *= 1 + move;
    openAtMs[i] = atMs;
    close[i] = price;
  }
  const open = close.map((_, i) => close[i - 1] ?? 100);
  return { openAtMs, open, close, volume: Float64Array.from(steps, ({ volume }) => volume) };
});

function signalsOf({ openAtMs, open, close, volume }: Bars): SpikeSignal[] {
  const signals: SpikeSignal[] = [];
  const detector = new SpikeDetector(
    { symbol: 'BTC/USDT:USDT', interval: '1m', intervalMs: MINUTE_MS },
    (signal) => signals.push(signal),
    THRESHOLDS,
  );
  for (let i = 0; i < close.length; i++) detector.bar(openAtMs[i]!, open[i]!, close[i]!, volume[i]!);
  return signals;
}

function plainSignals(all: Bars): SpikeSignal[] {
  const settings = { intervalMs: MINUTE_MS, baselineBars: THRESHOLDS.baselineBars };
  return Array.from(all.close, (_, i) => i).flatMap((i): SpikeSignal[] => {
    const { price, volume } = plainSigmas(all, i, settings);
    const isMove = Math.abs(price) >= THRESHOLDS.priceSigmas;
    const isBurst = volume >= THRESHOLDS.volumeSigmas;
    if (!isMove && !isBurst) return [];
    const isUp = isMove ? price > 0 : all.close[i]! >= all.open[i]!;
    return [
      {
        symbol: 'BTC/USDT:USDT',
        interval: '1m',
        atMs: all.openAtMs[i]! + MINUTE_MS,
        barOpenAtMs: all.openAtMs[i]!,
        direction: isUp ? 'up' : 'down',
        kind: isMove && isBurst ? 'both' : isMove ? 'price' : 'volume',
        sigmas: isMove ? Math.abs(price) : volume,
        volumeSigmas: volume,
      },
    ];
  });
}

describe('the stream of spikes', () => {
  it('says of every bar what working it out anew says, to the last bit', () => {
    let signals = 0;
    fc.assert(
      fc.property(bars, (all) => {
        const told = signalsOf(all);
        signals += told.length;
        expect(told).toEqual(plainSignals(all));
      }),
    );
    expect(signals).toBeGreaterThan(100);
  });

  it('does not depend on the unit of prices', () => {
    fc.assert(
      fc.property(bars, fc.integer({ min: -30, max: 30 }), (all, exponent) => {
        const by = (column: Float64Array) => column.map((price) => price * 2 ** exponent);
        expect(signalsOf({ ...all, open: by(all.open), close: by(all.close) })).toEqual(signalsOf(all));
      }),
    );
  });

  it('says the same of a symbol whatever the order in which symbols are told', () => {
    const symbols = ['BTC/USDT:USDT', 'ETH/USDT:USDT', 'SOL/USDT:USDT'];
    fc.assert(
      fc.property(
        fc.tuple(bars, bars, bars),
        fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 400 }),
        (series, turns) => {
          const together: SpikeSignal[] = [];
          const watched = { symbols, timeframes: ['1m' as const] };
          const stream = createSpikeStream(watched, (signal) => together.push(signal), THRESHOLDS);
          const next = [0, 0, 0];
          const rest = series.flatMap(({ close }, which) => Array<number>(close.length).fill(which));
          for (const which of [...turns, ...rest]) {
            const { openAtMs, open, close, volume } = series[which]!;
            const i = next[which]!;
            if (i >= close.length) continue;
            stream.detector(symbols[which]!, '1m')?.bar(openAtMs[i]!, open[i]!, close[i]!, volume[i]!);
            next[which] = i + 1;
          }
          for (const [which, symbol] of symbols.entries())
            expect(together.filter((signal) => signal.symbol === symbol)).toEqual(
              signalsOf(series[which]!).map((signal) => ({ ...signal, symbol })),
            );
        },
      ),
    );
  });

  it('says the same whatever unsound prices come in between, and counts them', () => {
    const lie = fc.record({
      atBar: fc.integer({ min: 0, max: 119 }),
      isTick: fc.boolean(),
      price: fc.constantFrom(Number.NaN, 0, -1, Infinity, -Infinity, 1e9, 1e-9, 1e300),
      shiftMs: fc.constantFrom(0, 1, 59_999, -MINUTE_MS, -1e12),
      volume: fc.constantFrom(0, 1, 1e12, Number.NaN),
    });
    let ignored = 0;
    fc.assert(
      fc.property(bars, fc.array(lie, { minLength: 20, maxLength: 60 }), (all, lies) => {
        const signals: SpikeSignal[] = [];
        const of = { symbol: 'BTC/USDT:USDT', interval: '1m', intervalMs: MINUTE_MS };
        const detector = new SpikeDetector(of, (signal) => signals.push(signal), THRESHOLDS);
        for (const [i, openAtMs] of all.openAtMs.entries()) {
          // Two of the same wrong price in bars that follow one another are a new price: one lie a bar.
          const told = i % 2 === 1 ? lies.find(({ atBar }) => atBar === i) : undefined;
          const lieAtMs = openAtMs + (told?.shiftMs ?? 0);
          if (told?.isTick === true) detector.tick(lieAtMs, told.price, told.volume);
          if (told?.isTick === false) detector.bar(lieAtMs, told.price, told.price, told.volume);
          detector.bar(openAtMs, all.open[i]!, all.close[i]!, all.volume[i]!);
        }
        const { unsound, late, leapt } = detector.untaken;
        ignored += unsound + late + leapt;
        expect(signals).toEqual(signalsOf(all));
      }),
    );
    expect(ignored).toBeGreaterThan(100);
  });

  it('knows the same after bars made of ticks as after the bars themselves', () => {
    fc.assert(
      fc.property(bars, (all) => {
        const closed = { symbol: 'BTC/USDT:USDT', interval: '1m', intervalMs: MINUTE_MS };
        const ticked: SpikeSignal[] = [];
        const detector = new SpikeDetector(closed, (signal) => ticked.push(signal), THRESHOLDS);
        for (const [i, openAtMs] of all.openAtMs.entries()) {
          detector.tick(openAtMs, all.open[i]!, 0);
          detector.tick(openAtMs + 59_999, all.close[i]!, all.volume[i]!);
        }
        const lastOf = (signals: readonly SpikeSignal[]) =>
          new Map(signals.map(({ barOpenAtMs, kind, sigmas }) => [barOpenAtMs, { kind, sigmas }]));
        const told = lastOf(ticked);
        for (const [barOpenAtMs, signal] of lastOf(signalsOf(all)))
          expect(told.get(barOpenAtMs)).toEqual(signal);
      }),
    );
  });
});
