/** A run on two clocks: the reader's wall, and the market it decided on. Pure. */
import type { Timeframe } from '#domain/time.ts';
import type { RunAnswer } from '../api/types.ts';
import { baseName } from '../format/words.ts';

export interface Milestone {
  readonly key: string;
  readonly label: string;
  /** Market time. */
  readonly atMs: number;
  readonly note: string | null;
}

/** What market time it was at a wall time of the run; null where the record does not tell. */
export function marketClockOf({ record }: Pick<RunAnswer, 'record'>): ((wallMs: number) => number) | null {
  if (record?.market == null) return null;
  const { asOfMs } = record.market;
  const seenAtMs = record.nodes.find(({ name }) => name === 'observe')?.startedAtMs ?? record.startedAtMs;
  const wallSpanMs = Math.max(1, record.finishedAtMs - seenAtMs);
  const speed = ((record.marketFinishedAtMs ?? asOfMs) - asOfMs) / wallSpanMs;
  return (wallMs) => asOfMs + (wallMs - seenAtMs) * speed;
}

/** How old the newest closed candle was when the market was looked at. */
export function dataAgeMs({ asOfMs, fastTimeframe }: { asOfMs: number; fastTimeframe: Timeframe }): number {
  return asOfMs % barMs(fastTimeframe);
}

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `3m` → 180,000: a type says no numbers, and the domain's table stays out of the pages. */
function barMs(timeframe: Timeframe): number {
  return Number.parseInt(timeframe, 10) * (UNIT_MS[timeframe.slice(-1)] ?? 1);
}

/** From the candle that closed to the last fill, on the market's time and in its order. */
export function milestonesOf({ record, orders }: Pick<RunAnswer, 'record' | 'orders'>): Milestone[] {
  if (record?.market == null) return [];
  const { asOfMs, fastTimeframe } = record.market;
  const toMarket = marketClockOf({ record });
  const decided = record.nodes.findLast(({ name }) => name === 'gate' || name === 'risk');
  const milestones: Milestone[] = [
    {
      ...{ key: 'candle', label: `${fastTimeframe} candle closed`, atMs: asOfMs - dataAgeMs(record.market) },
      note: null,
    },
    { key: 'seen', label: 'Market looked at', atMs: asOfMs, note: null },
  ];
  if (decided && toMarket)
    milestones.push({
      ...{ key: 'decided', label: 'Decided', atMs: toMarket(decided.startedAtMs + decided.durationMs) },
      note: `by ${decided.name}`,
    });
  for (const order of orders) {
    const what = `${baseName(order.symbol)} ${order.purpose}`;
    milestones.push({
      key: `sent ${order.clientOrderId}`,
      label: `${what} sent`,
      atMs: order.createdAtMs,
      note: null,
    });
    if (order.status === 'filled')
      milestones.push({
        ...{ key: `filled ${order.clientOrderId}`, label: `${what} filled`, atMs: order.updatedAtMs },
        note: null,
      });
  }
  return milestones.sort((left, right) => left.atMs - right.atMs);
}
