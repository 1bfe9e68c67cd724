import { basename } from 'node:path';
import { isoTime } from '#domain/time.ts';
import { scanMarket } from './breaker-scan-market.ts';
import { markdownReport, textReport } from './breaker-scan-report.ts';
import { listScanSeries, scanSpan } from './candle-scan.ts';
import { createProgressBar } from './progress-bar.ts';
import { printJson } from './session.ts';

export interface BreakerScanOptions {
  readonly data: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly json: boolean;
  readonly markdown: boolean;
}

/** Runs the market's breaker alone over candle files, on their own clock. */
export async function breakerScan(options: BreakerScanOptions): Promise<void> {
  const span = scanSpan(options);
  const series = await listScanSeries(options.data);
  const bar = createProgressBar(process.stderr, () => performance.now());
  const passedOver = new Set<string>();
  const startedMs = performance.now();
  try {
    const scan = await scanMarket(series, span, {
      onProgress: ({ doneFraction, atMs, barsRead }) =>
        bar.show({ doneFraction, detail: `${isoTime(atMs).slice(0, 10)}, ${barsRead} bars` }),
      onPassedOver: (path) => passedOver.add(basename(path)),
    });
    bar.end();
    if (options.json) return printJson(scan);
    const seconds = (performance.now() - startedMs) / 1_000;
    const report = options.markdown
      ? markdownReport(scan)
      : textReport(scan, { seconds, series: series.length });
    process.stdout.write(`${report}\n`);
  } finally {
    bar.end();
    if (passedOver.size > 0) console.error(`passed over, no candles inside: ${[...passedOver].join(', ')}`);
  }
}
