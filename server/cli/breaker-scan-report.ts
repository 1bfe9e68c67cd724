/** What a scan of the market's breaker found, for people and for docs/breaker.md. */
import { percentText } from '#domain/percent.ts';
import { DAY_MS, type EpochMs, HOUR_MS, isoTime, MINUTE_MS } from '#domain/time.ts';
import type { FalsePrint, MarketScan, ScannedTrip } from './breaker-scan-market.ts';

export function textReport(
  scan: MarketScan,
  { seconds, series }: { readonly seconds: number; readonly series: number },
): string {
  const perSecond = Math.round(scan.barsRead / Math.max(seconds, 0.001));
  return [
    `${scan.barsRead} bars of ${series} series over ${daysText(scan.spanMs)}, in ${seconds.toFixed(1)} s (${perSecond} bars a second)`,
    `${scan.trips.length} trip(s), ${scan.falsePrints.length} price(s) not believed`,
    ...scan.trips.map((trip) => `  ${tripCells(trip).join('  ')}`),
    ...scan.falsePrints.map((print) => `  not believed: ${printCells(print).join('  ')}`),
  ].join('\n');
}

export function markdownReport(scan: MarketScan): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    `${scan.barsRead} bars over ${daysText(scan.spanMs)}: ${scan.trips.length} trips on ${daysWithTrips(scan)} days, ${scan.falsePrints.length} prices not believed.`,
    '',
    '| tripped (UTC) | trigger | symbol | fall | crossed before | cleared after |',
    '|---|---|---|--:|--:|--:|',
    ...scan.trips.map((trip) => row(tripCells(trip))),
    '',
    '| not believed (UTC) | trigger | symbol | fall | why |',
    '|---|---|---|--:|---|',
    ...scan.falsePrints.map((print) => row(printCells(print))),
  ].join('\n');
}

function daysWithTrips({ trips }: MarketScan): number {
  return new Set(trips.map(({ atMs }) => Math.floor(atMs / DAY_MS))).size;
}

function tripCells({ atMs, trigger, symbol, dropFraction, crossedAtMs, clearedAtMs }: ScannedTrip): string[] {
  const cleared = clearedAtMs === null ? 'not in the data' : lengthText(clearedAtMs - atMs);
  return [
    minuteText(atMs),
    trigger,
    symbol ?? '',
    percentText(dropFraction),
    lengthText(atMs - crossedAtMs),
    cleared,
  ];
}

function printCells({ atMs, trigger, symbol, dropFraction, reason }: FalsePrint): string[] {
  return [minuteText(atMs), trigger, symbol, percentText(dropFraction), reason.replace('_', ' ')];
}

function minuteText(atMs: EpochMs): string {
  return isoTime(atMs).slice(0, 16).replace('T', ' ');
}

function lengthText(lengthMs: number): string {
  if (lengthMs < HOUR_MS) return `${Math.round(lengthMs / MINUTE_MS)} min`;
  return `${(lengthMs / HOUR_MS).toFixed(1)} h`;
}

function daysText(spanMs: number): string {
  return `${(spanMs / DAY_MS).toFixed(1)} days`;
}
