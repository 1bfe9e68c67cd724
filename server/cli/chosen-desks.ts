/** Which desks a person means. Desks that are not there are refused with those that are. */
import { AppError } from '#domain/errors.ts';
import type { Desk } from '#domain/run.ts';
import type { Config } from '../config.ts';
import { marketKeyOf, marketsOf } from '../engine/market-desks.ts';
import { marketName, marketsNamedBy } from '../engine/market-key.ts';

/** A market, or one of its desks. */
export interface ChosenDesks {
  readonly market: string;
  readonly deskId: string | null;
}

export interface NamedDesks {
  readonly market?: string;
  readonly desk?: string;
}

/** Null when the words narrow nothing. @throws AppError `not_found` */
export function desksNamedBy({ market, desk }: NamedDesks, desks: readonly Desk[]): ChosenDesks | null {
  const markets = [...marketsOf(desks).keys()];
  if (desk !== undefined) {
    const standing = [...marketsOf(desks).values()].flat().map(({ deskId }) => deskId);
    if (!standing.includes(desk)) throw notFound(`there is no desk ${desk}`, 'desks', standing);
    return { market: marketKeyOf(desk), deskId: desk };
  }
  if (market === undefined) return null;
  if (!markets.includes(market)) throw notFound(`no desk lives on the market ${market}`, 'markets', markets);
  return { market, deskId: null };
}

/** @throws AppError `not_found` when no desk lives on that market, `conflict` when it may be one of several */
export function desksOfEnvironment(
  config: Config,
  desks: readonly Desk[],
  wayOut = 'name one with --market, or ',
): ChosenDesks {
  const markets = [...marketsOf(desks).keys()];
  const [market, ...others] = marketsNamedBy(config, markets);
  if (market === undefined)
    throw notFound(
      `no desk lives on the market of this environment, ${marketName(config)}`,
      'markets',
      markets,
      `${wayOut}set its VIGIL_MARKET, VIGIL_DATA, VIGIL_SYMBOLS, VIGIL_FROM and VIGIL_SEED`,
    );
  if (others.length > 0)
    throw new AppError(
      'conflict',
      `the environment may mean any of the markets ${[market, ...others].join(', ')}: ${wayOut}set VIGIL_DATA_VENUE`,
    );
  return { market, deskId: null };
}

/**
 * The one desk that is meant, of the market this process will open: the named one, or the only one there is.
 * @throws AppError `not_found` when there is none, `conflict` when it may be one of several or lives on another market
 */
export function deskOfEnvironment(config: Config, desks: readonly Desk[], named: string | undefined): Desk {
  if (named !== undefined) desksNamedBy({ desk: named }, desks);
  const { market } = desksOfEnvironment(config, desks, '');
  const standing = marketsOf(desks).get(market) ?? [];
  const known = standing.map(({ deskId }) => deskId).join(', ');
  const desk = named === undefined ? standing[0] : standing.find(({ deskId }) => deskId === named);
  if (named !== undefined && desk === undefined) throw elsewhere(`desk ${named}`, named, market);
  if (desk === undefined) throw notFound(`no standing desk lives on the market ${market}`, 'desks', []);
  if (named === undefined && standing.length > 1)
    throw new AppError(
      'conflict',
      `several desks live on the market ${market}: name one of ${known} with --desk`,
    );
  return desk;
}

/** What this process cannot reach: it opens the prices and the venue of one market. */
export function elsewhere(what: string, deskId: string, market: string): AppError {
  return new AppError(
    'conflict',
    `${what} lives on the market ${marketKeyOf(deskId)} and this environment names ${market}: set VIGIL_MARKET, VIGIL_DATA, VIGIL_SYMBOLS, VIGIL_FROM and VIGIL_SEED as its desk has them`,
  );
}

function notFound(
  lack: string,
  what: string,
  known: readonly string[],
  wayOut = 'name one of them',
): AppError {
  const message =
    known.length === 0
      ? `${lack}: this database has none yet, start one first`
      : `${lack}; the ${what} of this database are ${known.join(', ')}: ${wayOut}`;
  return new AppError('not_found', message, { context: { known } });
}
