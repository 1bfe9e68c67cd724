import type { VenueDialect } from '../venue-dialect.ts';
import { BINANCE_DIALECT } from './binance.ts';
import { BYBIT_DIALECT } from './bybit.ts';
import { COMMON_DIALECT } from './common.ts';
import { OKX_DIALECT } from './okx.ts';
import { BITGET_REFUSED, HYPERLIQUID_REFUSED } from './refused.ts';

const DIALECTS: Readonly<Record<string, VenueDialect>> = {
  binanceusdm: BINANCE_DIALECT,
  // The same house under ccxt's name for all its markets: its prices are read, its numbers mean the same.
  binance: { ...COMMON_DIALECT, failures: BINANCE_DIALECT.failures },
  bybit: BYBIT_DIALECT,
  okx: OKX_DIALECT,
  bitget: BITGET_REFUSED,
  hyperliquid: HYPERLIQUID_REFUSED,
};

/** How a venue is spoken to; what is common to all where it has no dialect of its own. */
export function dialectOf(exchangeId: string): VenueDialect {
  return DIALECTS[exchangeId] ?? COMMON_DIALECT;
}
