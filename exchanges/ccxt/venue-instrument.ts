/** What a venue's market entry says as an `Instrument`. Contracts are turned into units of the base currency. */
import type { Exchange } from 'ccxt';
import { type DecimalText, decimal, decimalText } from '#domain/decimal.ts';
import { AppError } from '#domain/errors.ts';
import { Instrument } from '#domain/instrument.ts';
import { MarketSymbol } from '#domain/symbol.ts';
import { dialectOf } from './dialects/dialect-of.ts';
import type { VenueMarket } from './market-list.ts';
import type { VenueSession } from './venue-session.ts';

/** Used where a venue keeps silent; each is at least as careful as what the large venues say. */
export const INSTRUMENT_DEFAULTS = {
  minNotionalQuote: 10,
  /** In minimal quantities: no venue that says nothing gets a larger order than this many of them. */
  maxQuantitySteps: 100_000,
  /** The default cap of the desk itself. */
  maxLeverage: 10,
  maintenanceMarginFraction: 0.025,
  takerFeeFraction: 0.001,
  makerFeeFraction: 0.0005,
} as const;

/** ccxt counts precision in digits (2) for few venues, in steps (4) for the others. */
const DIGITS_MODE = 2;

/** Asked for with every order; a list that is read anew is one of new objects. */
const READ = new WeakMap<VenueMarket, Instrument>();

export function instrumentOf(
  market: VenueMarket,
  exchange: Pick<Exchange, 'id' | 'precisionMode'>,
): Instrument {
  const known = READ.get(market);
  if (known !== undefined) return known;
  const instrument = readInstrument(market, exchange);
  READ.set(market, instrument);
  return instrument;
}

function readInstrument(
  market: VenueMarket,
  { id, precisionMode }: Pick<Exchange, 'id' | 'precisionMode'>,
): Instrument {
  const stepOf = (precision: number) => (precisionMode === DIGITS_MODE ? 10 ** -precision : precision);
  const { precision, limits } = market;
  if (!precision.price || !precision.amount) throw stepless(market);
  const contractBase = decimal(market.contractSize ?? 1);
  const base = (contracts: number): DecimalText => decimalText(contractBase.times(decimal(contracts)));
  const step = stepOf(precision.amount);
  const minimum = limits.amount?.min || step;
  const ownMaximum = dialectOf(id).maxMarketContracts(market.info);
  const maxima = [limits.amount?.max, limits.market?.max, ownMaximum].filter(
    (max) => max !== undefined && max > 0,
  ) as number[];
  const maximum = maxima.length > 0 ? Math.min(...maxima) : minimum * INSTRUMENT_DEFAULTS.maxQuantitySteps;
  return Instrument.parse({
    symbol: market.symbol,
    tickSizeQuote: decimalText(stepOf(precision.price)),
    quantityStepBase: base(step),
    minQuantityBase: base(minimum),
    maxQuantityBase: base(maximum),
    minNotionalQuote: decimalText(limits.cost?.min ?? INSTRUMENT_DEFAULTS.minNotionalQuote),
    maxLeverage: Math.max(1, limits.leverage?.max ?? INSTRUMENT_DEFAULTS.maxLeverage),
    maintenanceMarginFraction: INSTRUMENT_DEFAULTS.maintenanceMarginFraction,
    takerFeeFraction: market.taker ?? INSTRUMENT_DEFAULTS.takerFeeFraction,
    makerFeeFraction: market.maker ?? INSTRUMENT_DEFAULTS.makerFeeFraction,
  });
}

/** All tradable linear perpetuals settled in `quote`, but for those whose orders could not be rounded. */
export function instrumentsIn(session: VenueSession, quote: string): ReadonlyMap<MarketSymbol, Instrument> {
  const { markets = {} } = session.exchange;
  const instruments = new Map<MarketSymbol, Instrument>();
  for (const market of Object.values(markets)) {
    const isOurs = market?.swap && market.linear && market.active !== false && market.settle === quote;
    if (!isOurs || !market.precision.price || !market.precision.amount) continue;
    // Some are named in other letters than ours: they are not traded, and take nothing from the rest.
    if (!MarketSymbol.safeParse(market.symbol).success) continue;
    instruments.set(market.symbol as MarketSymbol, instrumentOf(market, session.exchange));
  }
  return instruments;
}

function stepless(market: VenueMarket): AppError {
  const message = `${market.symbol} has no price tick or quantity step on the venue, so orders cannot be rounded`;
  return new AppError('symbol_unknown', message, {
    context: { symbol: market.symbol, precision: market.precision },
  });
}
