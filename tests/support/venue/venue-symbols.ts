/** The contracts the venue lists, their filters and leverage brackets, and how `exchangeInfo` tells them. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Big } from 'big.js';
import type { TestContext } from 'vitest';

export interface SymbolFilters {
  readonly tickSize: Big;
  readonly minPrice: Big;
  readonly maxPrice: Big;
  readonly stepSize: Big;
  readonly minQuantity: Big;
  readonly maxQuantity: Big;
  readonly maxMarketQuantity: Big;
  readonly minNotional: Big;
  readonly maxAlgoOrders: number;
  readonly multiplierUp: Big;
  readonly multiplierDown: Big;
}

export interface SymbolSpec {
  /** The venue's own name, such as `BTCUSDT`. */
  readonly symbol: string;
  readonly filters: SymbolFilters;
  /** Digits after the point that are read at all; the steps may be coarser. */
  readonly precision: { readonly price: number; readonly quantity: number };
  readonly brackets: readonly LeverageBracket[];
  readonly liquidationFeeFraction: Big;
  /** The entry of `exchangeInfo`, as it goes over the wire. */
  readonly listing: Readonly<Record<string, unknown>>;
}

export interface LeverageBracket {
  readonly bracket: number;
  readonly initialLeverage: number;
  readonly notionalCap: number;
  readonly notionalFloor: number;
  readonly maintMarginRatio: number;
  readonly cum: number;
}

interface Filter {
  readonly filterType: string;
  readonly [field: string]: string | number;
}

interface Listing {
  readonly symbol: string;
  readonly liquidationFee: string;
  readonly pricePrecision: number;
  readonly quantityPrecision: number;
  readonly filters: readonly Filter[];
  readonly [field: string]: unknown;
}

type Row = readonly [base: string, tick: string, step: string, maxMarket: string, notional: string];

/** Steps and limits like Binance USD-M's at the end of 2025. */
const ROWS: readonly Row[] = [
  ['BTC', '0.10', '0.001', '120', '100'],
  ['ETH', '0.01', '0.001', '2000', '20'],
  ['SOL', '0.01', '0.01', '5000', '5'],
  ['BNB', '0.01', '0.01', '2000', '5'],
  ['XRP', '0.0001', '0.1', '2000000', '5'],
  ['DOGE', '0.00001', '1', '30000000', '5'],
  ['ADA', '0.0001', '1', '2000000', '5'],
  ['LINK', '0.001', '0.01', '50000', '5'],
];

/** Tiers of BTCUSDT, cut short; one ladder for all keeps the arithmetic of a test in the reader's head. */
const BRACKETS: readonly LeverageBracket[] = [
  bracket(1, 125, 50_000, 0, 0.004, 0),
  bracket(2, 100, 600_000, 50_000, 0.005, 50),
  bracket(3, 75, 3_000_000, 600_000, 0.0065, 950),
  bracket(4, 50, 12_000_000, 3_000_000, 0.01, 11_450),
  bracket(5, 20, 90_000_000, 12_000_000, 0.025, 191_450),
];

const RECORDED = fileURLToPath(
  new URL('../../../../shared/fixtures/binance_usdm/exchangeInfo_20210906.json', import.meta.url),
);

export function skipWithoutExchangeInfo(context: TestContext): void {
  context.skip(!existsSync(RECORDED), 'the recorded exchange information at ../shared/fixtures is not there');
}

/** Steps of a pair that is worth 1. */
const PEGGED: Row = ['USDC', '0.000001', '1', '10000000', '5'];
export const PEGGED_SYMBOL = 'USDCUSDT';

/** `built-in` lists the generator's contracts as they are today; `recorded` all those of the recorded payload of 2021. */
export function venueSymbols(
  source: 'built-in' | 'recorded',
  { withPeg = false }: { readonly withPeg?: boolean | undefined } = {},
): ReadonlyMap<string, SymbolSpec> {
  const rows = withPeg ? [...ROWS, PEGGED] : ROWS;
  const listings = source === 'recorded' ? recordedListings() : rows.map(listingOf);
  return new Map(listings.map((listing) => [listing.symbol, specOf(listing)]));
}

export function exchangeInformation(symbols: Iterable<SymbolSpec>, serverTime: number): object {
  return {
    timezone: 'UTC',
    serverTime,
    futuresType: 'U_MARGINED',
    rateLimits: [
      { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 2400 },
      { rateLimitType: 'ORDERS', interval: 'MINUTE', intervalNum: 1, limit: 1200 },
      { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 300 },
    ],
    exchangeFilters: [],
    assets: [{ asset: 'USDT', marginAvailable: true, autoAssetExchange: '-10000' }],
    symbols: Array.from(symbols, ({ listing }) => listing),
  };
}

/** The maintenance tier of a notional. */
export function bracketOf(spec: SymbolSpec, notional: Big): LeverageBracket {
  const found = spec.brackets.find(({ notionalCap }) => notional.lte(notionalCap)) ?? spec.brackets.at(-1);
  if (!found) throw new Error(`${spec.symbol} has no leverage brackets`);
  return found;
}

function bracket(
  number: number,
  initialLeverage: number,
  notionalCap: number,
  notionalFloor: number,
  maintMarginRatio: number,
  cum: number,
): LeverageBracket {
  return { bracket: number, initialLeverage, notionalCap, notionalFloor, maintMarginRatio, cum };
}

function recordedListings(): Listing[] {
  return (JSON.parse(readFileSync(RECORDED, 'utf8')) as { symbols: Listing[] }).symbols;
}

function specOf(listing: Listing): SymbolSpec {
  const read = (type: string, field: string): string => {
    const value = listing.filters.find(({ filterType }) => filterType === type)?.[field];
    if (value === undefined) throw new Error(`${listing.symbol} has no ${field} in a filter ${type}`);
    return String(value);
  };
  return {
    symbol: listing.symbol,
    filters: {
      tickSize: new Big(read('PRICE_FILTER', 'tickSize')),
      minPrice: new Big(read('PRICE_FILTER', 'minPrice')),
      maxPrice: new Big(read('PRICE_FILTER', 'maxPrice')),
      stepSize: new Big(read('LOT_SIZE', 'stepSize')),
      minQuantity: new Big(read('LOT_SIZE', 'minQty')),
      maxQuantity: new Big(read('LOT_SIZE', 'maxQty')),
      maxMarketQuantity: new Big(read('MARKET_LOT_SIZE', 'maxQty')),
      minNotional: new Big(read('MIN_NOTIONAL', 'notional')),
      maxAlgoOrders: Number(read('MAX_NUM_ALGO_ORDERS', 'limit')),
      multiplierUp: new Big(read('PERCENT_PRICE', 'multiplierUp')),
      multiplierDown: new Big(read('PERCENT_PRICE', 'multiplierDown')),
    },
    precision: { price: listing.pricePrecision, quantity: listing.quantityPrecision },
    brackets: BRACKETS,
    liquidationFeeFraction: new Big(listing.liquidationFee),
    listing,
  };
}

function listingOf([base, tick, step, maxMarket, notional]: Row): Listing {
  const digits = (size: string) => size.split('.')[1]?.replace(/0+$/, '').length ?? 0;
  return {
    symbol: `${base}USDT`,
    pair: `${base}USDT`,
    contractType: 'PERPETUAL',
    deliveryDate: 4_133_404_800_000,
    onboardDate: 1_569_398_400_000,
    status: 'TRADING',
    maintMarginPercent: '2.5000',
    requiredMarginPercent: '5.0000',
    baseAsset: base,
    quoteAsset: 'USDT',
    marginAsset: 'USDT',
    // One digit finer than the tick, as for most contracts there.
    pricePrecision: digits(tick) + 1,
    quantityPrecision: digits(step),
    baseAssetPrecision: 8,
    quotePrecision: 8,
    underlyingType: 'COIN',
    underlyingSubType: [],
    settlePlan: 0,
    triggerProtect: '0.0500',
    liquidationFee: '0.012500',
    marketTakeBound: '0.05',
    filters: [
      { filterType: 'PRICE_FILTER', minPrice: tick, maxPrice: '4529764', tickSize: tick },
      { filterType: 'LOT_SIZE', stepSize: step, maxQty: '100000000', minQty: step },
      { filterType: 'MARKET_LOT_SIZE', stepSize: step, maxQty: maxMarket, minQty: step },
      { filterType: 'MAX_NUM_ORDERS', limit: 200 },
      { filterType: 'MAX_NUM_ALGO_ORDERS', limit: 10 },
      { filterType: 'MIN_NOTIONAL', notional },
      {
        filterType: 'PERCENT_PRICE',
        multiplierDown: '0.9500',
        multiplierUp: '1.0500',
        multiplierDecimal: '4',
      },
    ],
    orderTypes: [
      'LIMIT',
      'MARKET',
      'STOP',
      'STOP_MARKET',
      'TAKE_PROFIT',
      'TAKE_PROFIT_MARKET',
      'TRAILING_STOP_MARKET',
    ],
    timeInForce: ['GTC', 'IOC', 'FOK', 'GTX'],
  };
}
