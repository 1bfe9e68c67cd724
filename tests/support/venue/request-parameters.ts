/** The parameters of one request, read as strictly as the venue reads them. */
import { Big } from 'big.js';
import { missing, VenueRefusal } from './venue-refusal.ts';

export interface RequestParameters {
  text(name: string): string | null;
  required(name: string): string;
  decimal(name: string): Big | null;
  integer(name: string): number | null;
  flag(name: string): boolean;
  has(name: string): boolean;
}

export function readParameters(sent: URLSearchParams): RequestParameters {
  const text = (name: string) => {
    const value = sent.get(name);
    return value === null || value === '' ? null : value;
  };
  const matching = (name: string, pattern: RegExp) => {
    const value = text(name);
    if (value !== null && !pattern.test(value))
      throw new VenueRefusal(
        -1100,
        `Illegal characters found in parameter '${name}'; legal range is '${pattern.source}'.`,
      );
    return value;
  };
  return {
    text,
    required(name) {
      const value = text(name);
      if (value === null) throw missing(name);
      return value;
    },
    decimal(name) {
      const value = matching(name, /^-?\d+(\.\d+)?$/);
      return value === null ? null : new Big(value);
    },
    integer(name) {
      const value = matching(name, /^-?\d+$/);
      return value === null ? null : Number(value);
    },
    flag: (name) => matching(name, /^(true|false)$/i)?.toLowerCase() === 'true',
    has: (name) => text(name) !== null,
  };
}
