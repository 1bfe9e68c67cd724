import { AppError } from '#domain/errors.ts';
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import { instant } from '../config-fields.ts';

/** The instant an option names. @throws AppError `usage_invalid` with the option's name */
export function instantOf(option: string, text: string): EpochMs {
  const read = instant().safeParse(text);
  if (read.success) return read.data;
  throw usage(`${option} "${text}" ${read.error.issues[0]?.message}`);
}

const UNIT_MS = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS } as const;

/** The time an option names as `30m`, `12h` or `1d`, in milliseconds. @throws AppError `usage_invalid` with its name */
export function durationOf(option: string, text: string): number {
  const [, count, unit] = /^([1-9]\d{0,5})([mhd])$/.exec(text) ?? [];
  if (count === undefined) throw usage(`${option} "${text}" is no time: write it like 30m, 12h or 1d`);
  return Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
}

/** A command line that cannot be meant. */
export function usage(message: string): AppError {
  return new AppError('usage_invalid', message);
}
