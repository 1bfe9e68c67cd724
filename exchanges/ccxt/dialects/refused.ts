/** Venues people ask for whose dialect has not been written, with what there is to say about it. */
import type { VenueDialect } from '../venue-dialect.ts';
import { COMMON_DIALECT } from './common.ts';

export const BITGET_REFUSED: VenueDialect = {
  ...COMMON_DIALECT,
  lacks: [
    'a dialect of ours: its two kinds of accounts have interfaces of their own, between which ccxt chooses by whether a call fails; ccxt places stops there for a whole position; and what the lists of plan orders tell of side, size and end has been held to nothing',
  ],
};

export const HYPERLIQUID_REFUSED: VenueDialect = {
  ...COMMON_DIALECT,
  lacks: [
    'an API key: it wants the private key of a wallet, which Vigil has no place for',
    'client order ids that could be turned back into ours: it takes 128-bit numbers alone',
  ],
};
