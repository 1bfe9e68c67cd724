/** Bars come in pieces, a newer end or an older beginning, and are held as one run of columns. */
import type { ChartBars } from '#domain/chart-bars.ts';
import { widthMs } from './timeframe.ts';

const COLUMNS = ['openAtMs', 'open', 'high', 'low', 'close', 'volume'] as const;

/** The held bars up to where the newer ones begin, and those. Where bars lie between them nobody read, the newer ones alone. */
export function joinNewer(held: ChartBars | undefined, newer: ChartBars): ChartBars {
  const [first] = newer.openAtMs;
  const last = held?.openAtMs.at(-1);
  if (held === undefined || first === undefined || last === undefined) return newer;
  if (last + widthMs(newer.timeframe) < first) return newer;
  const kept = held.openAtMs.findIndex((openAtMs) => openAtMs >= first);
  return { ...joined(cut(held, kept < 0 ? held.openAtMs.length : kept), newer), olderTo: held.olderTo };
}

/** Older bars before the held ones; the newest end stays as it is. */
export function joinOlder(older: ChartBars, held: ChartBars): ChartBars {
  const [first] = held.openAtMs;
  const end = older.openAtMs.findIndex((openAtMs) => first !== undefined && openAtMs >= first);
  const before = end < 0 ? older : cut(older, end);
  return { ...joined(before, held), olderTo: older.olderTo };
}

function joined(before: ChartBars, after: ChartBars): ChartBars {
  const columns = Object.fromEntries(COLUMNS.map((name) => [name, [...before[name], ...after[name]]]));
  const indicators = Object.fromEntries(
    Object.entries(after.indicators).map(([key, values]) => [
      key,
      [...(before.indicators[key] ?? before.openAtMs.map(() => null)), ...values],
    ]),
  );
  return { ...after, ...columns, indicators };
}

function cut(bars: ChartBars, end: number): ChartBars {
  const columns = Object.fromEntries(COLUMNS.map((name) => [name, bars[name].slice(0, end)]));
  const indicators = Object.fromEntries(
    Object.entries(bars.indicators).map(([key, values]) => [key, values.slice(0, end)]),
  );
  return { ...bars, ...columns, indicators };
}

/** With the bar that is forming as the last one: indicators have no value there yet. */
export function withForming(bars: ChartBars): ChartBars {
  const { forming } = bars;
  const last = bars.openAtMs.at(-1);
  if (forming === null || last === undefined || forming.openAtMs <= last) return bars;
  const columns = Object.fromEntries(COLUMNS.map((name) => [name, [...bars[name], forming[name]]]));
  const indicators = Object.fromEntries(
    Object.entries(bars.indicators).map(([key, values]) => [key, [...values, null]]),
  );
  return { ...bars, ...columns, indicators };
}

/** Where the bars that the market does not have would open, within the bars. */
export function missingOpens(bars: ChartBars): number[] {
  const width = widthMs(bars.timeframe);
  return bars.openAtMs.flatMap((openAtMs, index) => {
    const before = bars.openAtMs[index - 1] ?? openAtMs - width;
    return Array.from(
      { length: openAtMs / width - before / width - 1 },
      (_, gap) => before + (gap + 1) * width,
    );
  });
}
