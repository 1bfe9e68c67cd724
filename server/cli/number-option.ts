import { usage } from './instant-option.ts';

/** The whole number an option names. @throws AppError `usage_invalid` with its name and its bounds */
export function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw usage(`${option} "${text}" must be a whole number from ${least} to ${most}`);
}
