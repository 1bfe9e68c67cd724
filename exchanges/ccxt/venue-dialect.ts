/** Where a venue departs from what ccxt makes common to all; what is not said here is the common way. */
export interface VenueDialect {
  /** The weight an address may use a minute, as the venue counts it; null where it tells no count. */
  readonly weightPerMinute: number | null;
  /** Whether an order is found by the id we gave it, whatever its state: without that nothing can be settled. */
  readonly findsByClientId: boolean;
  /** Whether conditional orders are kept apart, and one that fires becomes another order of the ordinary kind. */
  readonly keepsConditionalApart: boolean;
}

const COMMON: VenueDialect = { weightPerMinute: null, findsByClientId: false, keepsConditionalApart: false };

const DIALECTS: Readonly<Record<string, VenueDialect>> = {
  // REQUEST_WEIGHT of GET /fapi/v1/exchangeInfo, read 2026-11-21.
  binanceusdm: { weightPerMinute: 2_400, findsByClientId: true, keepsConditionalApart: true },
};

export function venueDialect(exchangeId: string): VenueDialect {
  return DIALECTS[exchangeId] ?? COMMON;
}
