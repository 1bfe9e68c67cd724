import { beforeEach, describe, expect, it } from 'vitest';
import { MINUTE_MS } from '#domain/time.ts';
import { wanderingSeries } from '#tests/unit/tools/indicators/made-series.ts';
import { detectSpikes } from '#tools/spikes/detect-spikes.ts';
import { SpikeDetector, type SpikeSignal } from '#tools/spikes/spike-detector.ts';
import { SPIKE_OPTIONS } from '#tools/spikes/spike-options.ts';
import { createSpikeStream } from '#tools/spikes/spike-stream.ts';

const OF = { symbol: 'BTC/USDT:USDT', interval: '1m', intervalMs: MINUTE_MS };
const THRESHOLDS = { baselineBars: 20, priceSigmas: 6, volumeSigmas: 4 };
const START_MS = Date.UTC(2025, 0, 1);
const minute = (bar: number, seconds = 0) => START_MS + bar * MINUTE_MS + seconds * 1_000;

let told: SpikeSignal[];
let detector: SpikeDetector;

beforeEach(() => {
  told = [];
  detector = new SpikeDetector(OF, (signal) => told.push(signal), THRESHOLDS);
});

/** Bars that swing by 0.1 % around 100 with volumes of 9 to 11; the last one closes at 100. */
function feedCalm(bars: number, from = 0): void {
  for (let bar = from; bar < from + bars; bar++) {
    const close = [100.1, 100, 99.9, 100][bar % 4]!;
    detector.bar(minute(bar), 100, close, 9 + (bar % 3));
  }
}

describe('SpikeDetector on closed bars', () => {
  it('tells a move at the close of its bar, with direction and size', () => {
    feedCalm(40);
    detector.bar(minute(40), 100, 97, 10);
    expect(told).toMatchObject([
      { ...{ symbol: OF.symbol, interval: '1m' }, kind: 'price', direction: 'down', atMs: minute(41) },
    ]);
    expect(told[0]?.sigmas).toBeGreaterThan(6);
  });

  it('tells a burst of volume with the direction of its bar, and both at once as both', () => {
    feedCalm(40);
    detector.bar(minute(40), 100, 100, 1_000);
    detector.bar(minute(41), 100, 103, 1_000);
    expect(told).toMatchObject([
      { kind: 'volume', direction: 'up' },
      { kind: 'both', direction: 'up' },
    ]);
  });

  it('says nothing before the baseline is full, and speaks on the first bar after', () => {
    feedCalm(20);
    detector.bar(minute(20), 100, 150, 10_000);
    expect(told).toMatchObject([{ kind: 'volume' }]);
    told = [];
    detector = new SpikeDetector(OF, (signal) => told.push(signal), THRESHOLDS);
    feedCalm(21);
    detector.bar(minute(21), 100, 150, 10);
    expect(told).toMatchObject([{ kind: 'price', direction: 'up' }]);
  });

  it('gives a jump out of a flat market a finite size, and a flat market none', () => {
    for (let bar = 0; bar < 60; bar++) detector.bar(minute(bar), 5, 5, 10);
    expect(told).toEqual([]);
    detector.bar(minute(60), 5, 5.1, 10);
    expect(told).toHaveLength(1);
    expect(Number.isFinite(told[0]?.sigmas)).toBe(true);
  });

  it('holds a move over missing bars against what is usual over as many', () => {
    feedCalm(40);
    const overOne = new SpikeDetector(OF, (signal) => told.push(signal), THRESHOLDS);
    detector.bar(minute(48), 100, 110, 10);
    const [overNine] = told;
    told = [];
    detector = overOne;
    feedCalm(40);
    detector.bar(minute(40), 100, 110, 10);
    expect(told[0]!.sigmas / overNine!.sigmas).toBeCloseTo(3, 1);
  });

  it('begins anew after a gap longer than the baseline', () => {
    feedCalm(40);
    detector.bar(minute(61), 100, 200, 10_000);
    feedCalm(20, 64);
    expect(told).toEqual([]);
    feedCalm(4, 84);
    detector.bar(minute(88), 100, 97, 10);
    expect(told).toMatchObject([{ kind: 'price', direction: 'down' }]);
  });

  it('takes bars without volume for their price, and has no volume spike while hardly a bar has volume', () => {
    for (let bar = 0; bar < 40; bar++) detector.bar(minute(bar), 100, bar % 2 ? 100.1 : 100, 0);
    detector.bar(minute(40), 100, 97, 1e9);
    expect(told).toMatchObject([{ kind: 'price' }]);
  });

  it('passes over bars whose close is no price, and takes a volume that is none as none', () => {
    feedCalm(40);
    for (const close of [Number.NaN, 0, -3, Infinity]) detector.bar(minute(40), 100, close, 10);
    detector.bar(Number.NaN, 100, 100, 10);
    expect(detector.untaken.unsound).toBe(5);
    for (const [i, volume] of [Number.NaN, -1, Infinity].entries())
      detector.bar(minute(40 + i), 100, 100, volume);
    expect(told).toEqual([]);
  });

  it('passes over a bar that came before, or is older than the last', () => {
    feedCalm(40);
    detector.bar(minute(39), 100, 150, 10);
    detector.bar(minute(3), 100, 150, 10);
    expect(told).toEqual([]);
    expect(detector.untaken.late).toBe(2);
  });

  it('says of the newest bars what detectSpikes says', () => {
    const series = wanderingSeries(300, 11, { timeframe: '1m' });
    const close = series.close.slice();
    const volume = series.volume.slice();
    close[298] = close[297]! * 0.93;
    volume[299] = 90_000;
    const options = { ...SPIKE_OPTIONS };
    const stream = new SpikeDetector(OF, (signal) => told.push(signal), options);
    for (let i = 0; i < 300; i++) stream.bar(series.openAtMs[i]!, series.open[i]!, close[i]!, volume[i]!);
    const batch = detectSpikes({ ...series, close, volume }, options);
    expect(batch.length).toBeGreaterThan(1);
    const sizes = batch
      .filter(({ kind, barOpenAtMs }) => {
        const isMove = batch.some((one) => one.kind === 'price' && one.barOpenAtMs === barOpenAtMs);
        return kind === 'price' || !isMove;
      })
      .map(({ robustSigmas }) => Math.abs(robustSigmas));
    expect(told.slice(-sizes.length).map(({ sigmas }) => sigmas)).toEqual(sizes);
  });
});

describe('SpikeDetector on ticks', () => {
  beforeEach(() => feedCalm(40));

  it('tells with the very tick that crosses, and once in a bar', () => {
    detector.tick(minute(40, 1), 100.05, 1);
    expect(told).toEqual([]);
    detector.tick(minute(40, 7), 97, 1);
    detector.tick(minute(40, 8), 96, 1);
    detector.tick(minute(40, 9), 100, 1);
    detector.tick(minute(40, 10), 96, 1);
    expect(told).toMatchObject([{ kind: 'price', direction: 'down', atMs: minute(40, 7) }]);
    detector.tick(minute(41, 0), 93, 1);
    expect(told).toHaveLength(2);
  });

  it('tells the other direction of the same bar, and both when volume joins', () => {
    detector.tick(minute(40, 1), 97, 1);
    detector.tick(minute(40, 2), 103, 1);
    detector.tick(minute(40, 3), 103, 1_000);
    expect(told.map(({ kind, direction }) => `${kind} ${direction}`)).toEqual([
      'price down',
      'price up',
      'both up',
    ]);
  });

  it('does not tell at the close what ticks told, and tells what they did not', () => {
    detector.tick(minute(40, 1), 97, 1);
    detector.bar(minute(40), 100, 97, 10);
    expect(told).toHaveLength(1);
    detector.tick(minute(41, 1), 97, 1);
    detector.bar(minute(41), 97, 94, 10);
    expect(told).toMatchObject([{}, { kind: 'price', atMs: minute(42) }]);
  });

  it('lets a closed bar stand over what ticks made of it, although the next one has begun', () => {
    const prices = new SpikeDetector(OF, (signal) => told.push(signal), THRESHOLDS);
    const whole = detector;
    detector = prices;
    feedCalm(40);
    for (const one of [prices, whole]) {
      if (one === prices) one.tick(minute(40, 5), 100.05, 0);
      if (one === prices) one.tick(minute(41, 0), 100.05, 0);
      one.bar(minute(40), 100, 100.1, 10);
      one.bar(minute(41), 100.1, 97, 10);
    }
    expect(told).toHaveLength(2);
    expect(told[0]).toEqual(told[1]);
  });

  it('passes over ticks that cannot be, that are late and that come twice', () => {
    for (const price of [Number.NaN, 0, -1, Infinity]) detector.tick(minute(40), price, 1);
    for (const volume of [Number.NaN, -1, Infinity]) detector.tick(minute(40), 100, volume);
    detector.tick(Number.NaN, 100, 1);
    detector.tick(minute(39, 59), 50, 1e9);
    detector.tick(minute(40, 1), 100, 1, 7);
    for (let again = 0; again < 1_000; again++) detector.tick(minute(40, 1), 100, 1, 7);
    detector.tick(minute(40, 2), 100, 1, 6);
    expect(told).toEqual([]);
    expect(detector.untaken).toEqual({ unsound: 8, late: 1, repeated: 1_001, leapt: 0 });
  });

  it('counts the volume of an older tick of the same bar and leaves its price', () => {
    detector.tick(minute(40, 30), 100, 1);
    detector.tick(minute(40, 10), 50, 1_000);
    expect(told).toMatchObject([{ kind: 'volume', direction: 'up' }]);
  });

  it('is silent about a symbol that stops, and goes on where it comes back', () => {
    detector.tick(minute(40, 1), 100, 1);
    detector.tick(minute(55, 1), 97, 1);
    expect(told).toMatchObject([{ kind: 'price', direction: 'down' }]);
    told = [];
    detector.tick(minute(99, 1), 50, 1e9);
    expect(told).toEqual([]);
  });

  it('refuses thresholds out of range and names them', () => {
    const make = (change: object) => () => new SpikeDetector(OF, () => {}, { ...THRESHOLDS, ...change });
    expect(make({ baselineBars: 9 })).toThrow('baselineBars 9');
    expect(make({ volumeSigmas: Number.NaN })).toThrow('volumeSigmas NaN');
  });
});

describe('createSpikeStream', () => {
  it('hands a tick to every timeframe of its symbol and to no other', () => {
    const watched = { symbols: ['BTC/USDT:USDT', 'ETH/USDT:USDT'], timeframes: ['1m', '3m'] as const };
    const stream = createSpikeStream(watched, (signal) => told.push(signal), THRESHOLDS);
    for (let bar = 0; bar < 90; bar++)
      stream.tick('BTC/USDT:USDT', minute(bar), bar % 2 ? 100.1 : 100, 9 + (bar % 3));
    stream.tick('ETH/USDT:USDT', minute(90), 1, 1);
    stream.tick('SOL/USDT:USDT', minute(90), 1, 1);
    stream.tick('BTC/USDT:USDT', minute(90), 90, 1);
    expect(told.map(({ symbol, interval }) => `${symbol} ${interval}`)).toEqual([
      'BTC/USDT:USDT 1m',
      'BTC/USDT:USDT 3m',
    ]);
    expect(stream.detector('SOL/USDT:USDT', '1m')).toBeNull();
    expect(stream.detector('BTC/USDT:USDT', '4h')).toBeNull();
  });
});

describe('a price a hundred times away from the last one', () => {
  beforeEach(() => {
    feedCalm(40);
  });
  const leapt = () => detector.untaken.leapt;

  it.each([100 * 1e9, 100 / 1e9])('is not believed when one tick tells it (%d)', (priceQuote) => {
    detector.tick(minute(40, 1), 100, 1);
    for (let second = 2; second < 30; second++) detector.tick(minute(40, second), priceQuote, 1);
    detector.tick(minute(40, 30), 100.05, 1);
    detector.bar(minute(40), 100, 100.05, 10);
    expect(told).toEqual([]);
    expect(leapt()).toBe(28);
    detector.tick(minute(41, 1), 97, 1);
    expect(told).toMatchObject([{ kind: 'price', direction: 'down' }]);
  });

  it('is not believed of one closed bar, nor of another after a sound one', () => {
    detector.bar(minute(40), 100, 1e11, 10);
    detector.bar(minute(41), 100, 100, 10);
    detector.bar(minute(42), 100, 1e11, 10);
    expect(told).toEqual([]);
    expect(leapt()).toBe(2);
  });

  it('is believed when a later bar agrees, and the warm-up begins anew', () => {
    detector.bar(minute(40), 1e5, 1e5, 10);
    for (let bar = 41; bar < 62; bar++) detector.bar(minute(bar), 1e5, bar === 50 ? 1.1e5 : 1e5, 10);
    expect(told).toEqual([]);
    expect(leapt()).toBe(1);
    detector.bar(minute(62), 1e5, 1.1e5, 10);
    expect(told).toMatchObject([{ kind: 'price', direction: 'up' }]);
  });

  it('is believed of ticks alone when those of the next bar agree', () => {
    for (const second of [1, 2, 3]) detector.tick(minute(40, second), 1e5, 1);
    expect(leapt()).toBe(3);
    detector.tick(minute(41, 1), 1e5, 1);
    expect(leapt()).toBe(3);
    detector.tick(minute(41, 2), 1e5, 1);
    expect(leapt()).toBe(3);
  });
});
