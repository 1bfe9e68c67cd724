/**
 * Symbols worth a look beside a desk's fixed list: those that moved most in a day, and those with the most open interest.
 * A reading weighs up to two hundred on Binance, a twelfth of a minute's limit: never in the path of a cycle.
 */
import { AppError } from '#domain/errors.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { VenueQuotes } from './venue-quotes.ts';
import type { VenueSession } from './venue-session.ts';

export interface PoolWishes {
  /** How many of the greatest movers of the last 24 h; 0 for none. */
  readonly movers: number;
  /** How many of those with the most open interest by value; 0 for none. */
  readonly openInterest: number;
  /** What a candidate's open interest must be worth; null where none is asked for. */
  readonly minOpenInterestQuote: number | null;
}

export interface CandidatePools {
  /** The greatest move first, up or down. */
  readonly movers: readonly MarketSymbol[];
  /** The most open interest first. */
  readonly openInterest: readonly MarketSymbol[];
}

/** What a venue tells of one symbol's day. */
export interface DayTicker {
  readonly symbol: MarketSymbol;
  readonly lastQuote: number;
  readonly moveFraction: number;
  readonly quoteVolume: number;
}

/** Open interest costs a call for each symbol, so only so many times the wish are asked about. */
const REACH = 4;

/** @throws AppError `config_invalid` where the venue has no such lists, `venue_unavailable` */
export async function readCandidatePools(
  session: VenueSession,
  quotes: Pick<VenueQuotes, 'openInterestQuote'>,
  offered: readonly MarketSymbol[],
  wishes: PoolWishes,
): Promise<CandidatePools> {
  const tellsInterest = Boolean(session.exchange.has.fetchOpenInterest);
  if (!session.exchange.has.fetchTickers)
    throw lacking(session, wishes, 'the day of all its symbols at once');
  if (wishes.openInterest > 0 && !tellsInterest) throw lacking(session, wishes, 'open interest');
  const days = await readDays(session, offered);
  const { byMove, byVolume } = candidatesOf(days, wishes);
  const interests = tellsInterest ? await readInterests(quotes, [...byMove, ...byVolume]) : null;
  return choosePools({ byMove, byVolume, interests }, wishes);
}

async function readDays(session: VenueSession, offered: readonly MarketSymbol[]): Promise<DayTicker[]> {
  const ask = () => session.exchange.fetchTickers([...offered]);
  const told = await session.call('tickers of all symbols', ask, 'bulk');
  return offered.flatMap((symbol) => {
    const { last, percentage, quoteVolume } = told[symbol] ?? {};
    if (!last || percentage === undefined) return [];
    return [{ symbol, lastQuote: last, moveFraction: percentage / 100, quoteVolume: quoteVolume ?? 0 }];
  });
}

/** Unknown for a symbol that does not answer; only when none does is the venue away. */
async function readInterests(
  quotes: Pick<VenueQuotes, 'openInterestQuote'>,
  days: readonly DayTicker[],
): Promise<ReadonlyMap<MarketSymbol, number | null>> {
  const interests = new Map<MarketSymbol, number | null>();
  let failure: unknown;
  let failures = 0;
  // One after the other: all at once would stand before the calls of a cycle that begins meanwhile.
  for (const { symbol, lastQuote } of days) {
    if (interests.has(symbol)) continue;
    try {
      interests.set(symbol, await quotes.openInterestQuote(symbol, lastQuote));
    } catch (thrown) {
      interests.set(symbol, null);
      failure = thrown;
      failures += 1;
    }
  }
  if (failures > 0 && failures === interests.size) throw failure;
  return interests;
}

export interface Candidates {
  readonly byMove: readonly DayTicker[];
  readonly byVolume: readonly DayTicker[];
}

/** Whose open interest is worth asking for: what is traded most holds most of it. */
export function candidatesOf(days: readonly DayTicker[], { movers, openInterest }: PoolWishes): Candidates {
  const move = ({ moveFraction }: DayTicker) => Math.abs(moveFraction);
  return {
    byMove: ranked(days, move).slice(0, REACH * movers),
    byVolume: ranked(days, ({ quoteVolume }) => quoteVolume).slice(0, REACH * openInterest),
  };
}

/** @param interests null where the venue tells no open interest at all: then nothing can be left out for it */
export function choosePools(
  {
    byMove,
    byVolume,
    interests,
  }: Candidates & { interests: ReadonlyMap<MarketSymbol, number | null> | null },
  { movers, openInterest, minOpenInterestQuote }: PoolWishes,
): CandidatePools {
  const interestOf = ({ symbol }: DayTicker) => interests?.get(symbol) ?? -1;
  const isLiquid = (day: DayTicker) =>
    interests === null || minOpenInterestQuote === null || interestOf(day) >= minOpenInterestQuote;
  const told = byVolume.filter((day) => interestOf(day) >= 0);
  return {
    movers: symbolsOf(byMove.filter(isLiquid).slice(0, movers)),
    openInterest: symbolsOf(ranked(told, interestOf).filter(isLiquid).slice(0, openInterest)),
  };
}

/** The greatest first; among equals by name, so that the same facts give the same pool. */
function ranked(days: readonly DayTicker[], by: (day: DayTicker) => number): DayTicker[] {
  return [...days].sort((left, right) => by(right) - by(left) || (left.symbol < right.symbol ? -1 : 1));
}

function symbolsOf(days: readonly DayTicker[]): MarketSymbol[] {
  return days.map(({ symbol }) => symbol);
}

function lacking({ exchangeId }: VenueSession, { openInterest }: PoolWishes, what: string): AppError {
  const variable = openInterest > 0 ? 'VIGIL_POOL_OPEN_INTEREST' : 'VIGIL_POOL_MOVERS';
  return new AppError(
    'config_invalid',
    `${variable} is set, but ${exchangeId} does not tell ${what}: unset it`,
    {
      context: { exchangeId, variable },
    },
  );
}
