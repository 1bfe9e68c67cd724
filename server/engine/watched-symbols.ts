/** What the breaker watches beside what desks trade: the price of one dollar currency in the other. */
import { MarketSymbol } from '#domain/symbol.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { MarketWatch } from './market-watch.ts';

/** Either is off its peg when their price is off 1: which of the two it is, nobody has to know to halt. */
export const PEGGED_PAIRS: readonly MarketSymbol[] = ['USDC/USDT:USDT', 'USDT/USDC:USDC'].map((symbol) =>
  MarketSymbol.parse(symbol),
);

/** A watch that looks at the pegged pairs of the market as well, from when on the market can say which it has. */
export function watchingPegs<Watch extends Pick<MarketWatch, 'look'>>(
  watch: Watch,
  { market, logger }: { readonly market: Pick<MarketData, 'watchOnly'>; readonly logger: Logger },
): Watch {
  let pegs: readonly MarketSymbol[] | null = null;

  async function knownPegs(): Promise<readonly MarketSymbol[]> {
    if (pegs !== null) return pegs;
    try {
      pegs = (await market.watchOnly?.()) ?? [];
    } catch {
      // What keeps it from saying so keeps bars away too, and of those the watch tells.
      return [];
    }
    if (pegs.length > 0) logger.info({ pegs }, 'the breaker watches pegs');
    else
      logger.info({ wanted: PEGGED_PAIRS }, 'this market has no pegged pair, so no peg is watched beside it');
    return pegs;
  }

  return {
    ...watch,
    look: async (symbols) => watch.look([...new Set([...symbols, ...(await knownPegs())])]),
  };
}
