import { AppError } from '#domain/errors.ts';
import { type MarketSymbol, parseSymbol } from '#domain/symbol.ts';
import { nearestName } from '../nearest-name.ts';

/**
 * Reads what people typed and holds it against what the market offers; repeats are dropped.
 * @throws AppError `symbol_invalid`, or `symbol_unknown` naming every symbol that is not offered
 */
export async function readSymbols(
  texts: readonly string[],
  marketSymbols: () => Promise<readonly MarketSymbol[]>,
): Promise<MarketSymbol[]> {
  const symbols = [...new Set(texts.map(parseSymbol))];
  const offered = await marketSymbols();
  const unknown = symbols.filter((symbol) => !offered.includes(symbol));
  if (unknown.length === 0) return symbols;
  const nearest = nearestName(unknown[0] as string, offered);
  throw new AppError(
    'symbol_unknown',
    `the market does not offer ${unknown.join(', ')}${nearest ? `: did you mean ${nearest}?` : ''}`,
    { context: { symbols: unknown } },
  );
}
