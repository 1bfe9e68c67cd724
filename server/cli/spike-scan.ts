import { isoTime } from '#domain/time.ts';
import { SpikeDetector, type SpikeKind, type SpikeSignal } from '#tools/spikes/spike-detector.ts';
import { STREAM_THRESHOLDS } from '#tools/spikes/spike-options.ts';
import { listScanSeries, type ScanSeries, type ScanSpan, scanBars, scanSpan } from './candle-scan.ts';
import { createProgressBar, type ProgressBar } from './progress-bar.ts';
import { printJson } from './session.ts';

interface SpikeScanOptions {
  readonly data: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly json: boolean;
}

export interface SpikeScan {
  /** The earliest first. */
  readonly signals: readonly Omit<SpikeSignal, 'barOpenAtMs' | 'volumeSigmas'>[];
  /** Bars that open in the span; those before it that only say what is usual are not counted. */
  readonly barsRead: number;
}

/** The spikes in candle files on their own clock, as a stream of closed bars would have told them. */
export async function spikeScan(options: SpikeScanOptions): Promise<void> {
  const span = scanSpan(options);
  const series = await listScanSeries(options.data);
  const bar = createProgressBar(options.json ? { write() {} } : process.stderr, () => performance.now());
  const passedOver: string[] = [];
  let scan: SpikeScan;
  try {
    scan = await scanSpikes(series, span, bar, (reason) => passedOver.push(reason));
  } finally {
    bar.end();
  }
  for (const reason of passedOver) console.error(`passed over: ${reason}`);
  if (options.json) printJson(scan);
  else process.stdout.write(`${scanText(scan, series.length)}\n`);
}

/** One series after the other, a piece of a file in memory at a time; what grows is the list of signals alone. */
async function scanSpikes(
  series: readonly ScanSeries[],
  span: ScanSpan,
  bar: ProgressBar,
  onPassedOver: (reason: string) => void,
): Promise<SpikeScan> {
  const signals: SpikeSignal[] = [];
  let barsRead = 0;
  for (const [index, one] of series.entries()) {
    const { fromMs } = span;
    const detector = new SpikeDetector(one, (signal) => {
      if (fromMs === null || signal.barOpenAtMs >= fromMs) signals.push(signal);
    });
    for await (const bars of scanBars(one, withLookBack(span, one), (_path, reason) =>
      onPassedOver(reason),
    )) {
      const { length, openAtMs, open, close, volume } = bars;
      for (let i = 0; i < length; i++) {
        const atMs = openAtMs[i] ?? Number.NaN;
        if (fromMs === null || atMs >= fromMs) barsRead += 1;
        detector.bar(atMs, open[i] ?? Number.NaN, close[i] ?? Number.NaN, volume[i] ?? Number.NaN);
      }
      bar.show({
        doneFraction: index / series.length,
        detail: `${one.symbol} ${one.interval}, ${barsRead} bars`,
      });
    }
    const { unsound, leapt } = detector.untaken;
    const where = `bars of ${one.venue} ${one.symbol} ${one.interval}`;
    if (unsound > 0) onPassedOver(`${unsound} ${where}: their close is no price`);
    if (leapt > 0) onPassedOver(`${leapt} ${where}: their close is a hundred times away from the last one`);
  }
  const told = signals.sort(byTime).map(({ barOpenAtMs: _bar, volumeSigmas: _volume, ...signal }) => signal);
  return { signals: told, barsRead };
}

/** As many bars before the span as it takes to know what is usual at its first one. */
function withLookBack({ fromMs, toMs }: ScanSpan, { intervalMs }: ScanSeries): ScanSpan {
  if (fromMs === null) return { fromMs, toMs };
  return { fromMs: fromMs - (STREAM_THRESHOLDS.baselineBars + 1) * intervalMs, toMs };
}

function byTime(left: SpikeSignal, right: SpikeSignal): number {
  if (left.atMs !== right.atMs) return left.atMs - right.atMs;
  if (left.symbol !== right.symbol) return left.symbol < right.symbol ? -1 : 1;
  return left.interval < right.interval ? -1 : Number(left.interval > right.interval);
}

function scanText({ signals, barsRead }: SpikeScan, seriesCount: number): string {
  const lines = signals.map(
    ({ symbol, interval, atMs, direction, kind, sigmas }) =>
      `${isoTime(atMs)}  ${symbol} ${interval}  ${kind} ${direction}, ${sigmas.toFixed(1)} robust sigmas`,
  );
  const count = (kind: SpikeKind) => `${signals.filter((signal) => signal.kind === kind).length} ${kind}`;
  const kinds = `${count('price')}, ${count('volume')}, ${count('both')}`;
  lines.push(`${signals.length} signals (${kinds}) in ${barsRead} bars of ${seriesCount} series`);
  return lines.join('\n');
}
