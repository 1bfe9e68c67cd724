/** What each made-up perpetual is like. Levels and steps resemble Binance USD-M in January 2025; none is a quote. */
import type { Instrument } from '#domain/instrument.ts';
import { baseOf, type MarketSymbol } from '#domain/symbol.ts';
import { between, hashOf, randomFor } from './draws.ts';

export interface SymbolProfile {
  readonly symbol: MarketSymbol;
  /** The price the walk wanders around. */
  readonly levelQuote: number;
  /** How strongly it follows the common factor; Bitcoin is 1. */
  readonly beta: number;
  /** Its own minute volatility, as a share of the factor's. */
  readonly ownVolatility: number;
  readonly dailyVolumeQuote: number;
  readonly openInterestQuote: number;
  /** Digits after the point of a price and of a quantity. */
  readonly priceDigits: number;
  readonly quantityDigits: number;
  readonly maxLeverage: number;
}

type Row = readonly [
  level: number,
  beta: number,
  own: number,
  volumeM: number,
  interestM: number,
  priceDigits: number,
  quantityDigits: number,
  maxLeverage: number,
];

const KNOWN: Readonly<Record<string, Row>> = {
  BTC: [95_000, 1, 0.25, 15_000, 8_000, 1, 3, 125],
  ETH: [3_400, 1.15, 0.65, 10_000, 5_000, 2, 3, 100],
  SOL: [190, 1.35, 0.95, 3_000, 1_400, 2, 2, 75],
  BNB: [690, 0.85, 0.55, 700, 450, 2, 2, 75],
  XRP: [2.3, 1.05, 0.95, 2_500, 900, 4, 1, 75],
  DOGE: [0.32, 1.4, 1.05, 1_800, 700, 5, 0, 75],
  ADA: [0.9, 1.2, 0.9, 500, 220, 4, 0, 75],
  LINK: [21, 1.25, 0.9, 400, 180, 3, 2, 75],
};

export const DEFAULT_SYMBOLS: readonly MarketSymbol[] = Object.keys(KNOWN).map((base) => `${base}/USDT:USDT`);

/** The profile of a symbol; one that is not in the table gets a small altcoin's, drawn from its name. */
export function profileOf(symbol: MarketSymbol): SymbolProfile {
  const row = KNOWN[baseOf(symbol)] ?? inventedRow(symbol);
  const [levelQuote, beta, ownVolatility, volumeM, interestM, priceDigits, quantityDigits, maxLeverage] = row;
  return {
    symbol,
    levelQuote,
    beta,
    ownVolatility,
    dailyVolumeQuote: volumeM * 1e6,
    openInterestQuote: interestM * 1e6,
    priceDigits,
    quantityDigits,
    maxLeverage,
  };
}

function inventedRow(symbol: MarketSymbol): Row {
  const random = randomFor('profile', hashOf(symbol));
  const level = 0.05 * 1_000 ** random.next();
  const volumeM = 20 * 30 ** random.next();
  const priceDigits = Math.max(2, 5 - Math.floor(Math.log10(level) + 1));
  const quantityDigits = level > 5 ? 1 : 0;
  // Around 8 to 240 M: some of them fall under the liquidity filter, as on a real venue.
  const interestM = volumeM * 0.4;
  return [
    level,
    between(random, 0.9, 1.35),
    between(random, 0.7, 1.1),
    volumeM,
    interestM,
    priceDigits,
    quantityDigits,
    50,
  ];
}

export function instrumentOf(profile: SymbolProfile): Instrument {
  const step = (digits: number) => (digits === 0 ? '1' : (10 ** -digits).toFixed(digits));
  const largestQuote = profile.dailyVolumeQuote / 1_000;
  return {
    symbol: profile.symbol,
    tickSizeQuote: step(profile.priceDigits),
    quantityStepBase: step(profile.quantityDigits),
    minQuantityBase: step(profile.quantityDigits),
    maxQuantityBase: String(Math.ceil(largestQuote / profile.levelQuote)),
    minNotionalQuote: '5',
    maxLeverage: profile.maxLeverage,
    maintenanceMarginFraction: profile.maxLeverage >= 100 ? 0.004 : 0.01,
    takerFeeFraction: 0.0005,
    makerFeeFraction: 0.0002,
  };
}
