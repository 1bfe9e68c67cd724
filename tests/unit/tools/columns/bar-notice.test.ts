import { expect, test } from 'vitest';
import { blankSeries, type CandleSeries } from '#domain/candle.ts';
import { seededRandom } from '#domain/ids.ts';
import { MINUTE_MS } from '#domain/time.ts';
import { createBarNotices } from '#tools/columns/bar-notice.ts';
import { SpikeDetector, type SpikeSignal } from '#tools/spikes/spike-detector.ts';
import { STREAM_THRESHOLDS } from '#tools/spikes/spike-options.ts';

const BARS = 4_000;

/** A walk whose unrest comes and goes, with a jump or a burst now and then and minutes in which nobody traded. */
function restlessSeries(): CandleSeries {
  const series = blankSeries('BTC/USDT:USDT', '1m', BARS);
  const random = seededRandom(11).next;
  let price = 100;
  for (let bar = 0; bar < BARS; bar++) {
    const unrest = 0.0005 * (1 + 4 * Math.abs(Math.sin(bar / 300)));
    const isJump = random() < 0.004;
    series.openAtMs[bar] = Date.UTC(2025, 0, 1) + bar * MINUTE_MS;
    series.open[bar] = price;
    price *= Math.exp((random() - 0.5) * unrest * (isJump ? 60 : 1));
    series.close[bar] = price;
    series.high[bar] = Math.max(price, series.open[bar]!);
    series.low[bar] = Math.min(price, series.open[bar]!);
    const isIdle = bar > 3_000 && random() < 0.02;
    series.volume[bar] = isIdle ? 0 : Math.exp(random() * (random() < 0.004 ? 40 : 1));
  }
  return series;
}

test('tells of each bar what a detector that was fed all bars tells of it', () => {
  const series = restlessSeries();
  const told: SpikeSignal[] = [];
  const detector = new SpikeDetector(
    { symbol: series.symbol, interval: '1m', intervalMs: MINUTE_MS },
    (signal) => told.push(signal),
    STREAM_THRESHOLDS,
  );
  for (let bar = 0; bar < BARS; bar++)
    detector.bar(series.openAtMs[bar]!, series.open[bar]!, series.close[bar]!, series.volume[bar]!);
  const notices = createBarNotices(series);
  const found = Array.from({ length: BARS }, (_, bar) => notices.at(bar)).filter((one) => one !== null);
  expect(told.length).toBeGreaterThan(20);
  expect(
    found.map(({ atMs, kind, direction, robustSigmas }) => [atMs, kind, direction, robustSigmas]),
  ).toEqual(
    told.map(({ atMs, kind, direction, sigmas }) => [atMs, kind, direction, expect.closeTo(sigmas, 9)]),
  );
});
