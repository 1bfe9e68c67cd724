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
export function desksOfEnvironment(config: Config, desks: readonly Desk[]): ChosenDesks {
  const markets = [...marketsOf(desks).keys()];
  const [market, ...others] = marketsNamedBy(config, markets);
  if (market === undefined)
    throw notFound(
      `no desk lives on the market of this environment, ${marketName(config)}`,
      'markets',
      markets,
      'name one with --market, or set its VIGIL_MARKET, VIGIL_DATA, VIGIL_SYMBOLS, VIGIL_FROM and VIGIL_SEED',
    );
  if (others.length > 0)
    throw new AppError(
      'conflict',
      `the environment may mean any of the markets ${[market, ...others].join(', ')}: name one with --market, or set VIGIL_DATA_VENUE`,
    );
  return { market, deskId: null };
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
