import { z } from 'zod';
import { type EpochMs, MINUTE_MS } from '#domain/time.ts';

const DAY_MINUTES = 24 * 60;
const WEEK_MINUTES = 7 * DAY_MINUTES;
/** 1970 began on a Thursday, three days after a Monday. */
const MONDAY_MINUTES = 3 * DAY_MINUTES;

/** A stretch of every week in minutes from Monday 00:00 UTC; `toMinute` is the first minute after it. */
export const TradingWindow = z
  .object({
    fromMinute: z
      .number()
      .int()
      .min(0)
      .max(WEEK_MINUTES - 1),
    toMinute: z.number().int().min(1).max(WEEK_MINUTES),
  })
  .refine(({ fromMinute, toMinute }) => fromMinute < toMinute, 'must end after it begins');
export type TradingWindow = z.infer<typeof TradingWindow>;

/** Whether an instant lies in one of the windows; null is always. */
export function isTradingHour(windows: readonly TradingWindow[] | null, nowMs: EpochMs): boolean {
  if (windows === null) return true;
  const minute = (Math.floor(nowMs / MINUTE_MS) + MONDAY_MINUTES) % WEEK_MINUTES;
  return windows.some(({ fromMinute, toMinute }) => fromMinute <= minute && minute < toMinute);
}

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/**
 * Reads what people write: `Mon-Fri 08:00-20:00, Sat 10:00-14:30`, or `22:00-02:00` for every day. UTC; an end at or
 * before the beginning is the next day's. Undefined where a part cannot be read.
 */
export function parseTradingHours(text: string): TradingWindow[] | undefined {
  const windows: TradingWindow[] = [];
  for (const part of text.split(',')) {
    const shape = /^\s*(?:([a-z]{3})(?:\s*-\s*([a-z]{3}))?\s+)?(\d\d:\d\d)\s*-\s*(\d\d:\d\d)\s*$/i.exec(part);
    const [, first = 'mon', last = shape?.[1] ?? 'sun', begin = '', end = ''] = shape ?? [];
    const days = daysBetween(first.toLowerCase(), last.toLowerCase());
    const from = minuteOf(begin);
    const to = minuteOf(end);
    if (days === undefined || from === undefined || to === undefined || from === DAY_MINUTES)
      return undefined;
    const minutes = to > from ? to - from : to + DAY_MINUTES - from;
    for (const day of days) windows.push(...withinWeek(day * DAY_MINUTES + from, minutes));
  }
  return windows;
}

/** The places of the days from one to another, over the end of the week where need be. */
function daysBetween(first: string, last: string): number[] | undefined {
  const from = DAYS.indexOf(first);
  const to = DAYS.indexOf(last);
  if (from < 0 || to < 0) return undefined;
  return Array.from({ length: ((to - from + DAYS.length) % DAYS.length) + 1 }, (_, i) => (from + i) % 7);
}

function minuteOf(clock: string): number | undefined {
  const [hours = Number.NaN, minutes = Number.NaN] = clock.split(':').map(Number);
  const minute = hours * 60 + minutes;
  return minutes < 60 && minute <= DAY_MINUTES ? minute : undefined;
}

/** A window that runs over the end of Sunday is two. */
function withinWeek(fromMinute: number, minutes: number): TradingWindow[] {
  const over = fromMinute + minutes - WEEK_MINUTES;
  if (over <= 0) return [{ fromMinute, toMinute: fromMinute + minutes }];
  return [
    { fromMinute, toMinute: WEEK_MINUTES },
    { fromMinute: 0, toMinute: over },
  ];
}
