import { AppError } from '#domain/errors.ts';
import type { EpochMs } from '#domain/time.ts';
import { instant } from '../config-fields.ts';

/** The instant an option names. @throws AppError `usage_invalid` with the option's name */
export function instantOf(option: string, text: string): EpochMs {
  const read = instant().safeParse(text);
  if (read.success) return read.data;
  throw usage(`${option} "${text}" ${read.error.issues[0]?.message}`);
}

/** A command line that cannot be meant. */
export function usage(message: string): AppError {
  return new AppError('usage_invalid', message);
}
