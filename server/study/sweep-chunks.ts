/** What is said of a sweep between the machines that work on it: names, places and hashes, never candles or scores. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { z } from 'zod';
import { AppError } from '#domain/errors.ts';
import { MarketSymbol } from '#domain/symbol.ts';
import { Timeframe } from '#domain/time.ts';
import { marketName } from '#tools/evaluation/study-market.ts';
import { packageVersion } from '../paths.ts';
import { marketHash, type SweepRequest, setKey } from './sweep.ts';

/** What another machine needs to come to the same sets on its own files, and to see that they are the same. */
export const SweepDescription = z.object({
  code: z.string(),
  markets: z.object({
    symbols: z.array(MarketSymbol).readonly().nullable(),
    venue: z.string().nullable(),
    timeframes: z.array(Timeframe).readonly(),
    leastDays: z.number(),
  }),
  candles: z.array(z.object({ name: z.string(), hash: z.string() })),
  strategies: z.array(z.string()),
  mostSets: z.number().int(),
});
export type SweepDescription = z.infer<typeof SweepDescription>;

/** Sets of one strategy on one market, `to` exclusive. A set's one walk answers for every window of its plan. */
export const SweepChunk = z.object({
  /** Place among the sweep's markets. */
  market: z.number().int().nonnegative(),
  strategy: z.string(),
  from: z.number().int().nonnegative(),
  to: z.number().int().positive(),
});
export type SweepChunk = z.infer<typeof SweepChunk>;

const SETS_PER_CHUNK = 8;

/** The same for the same question, whatever of it is finished. */
export function chunksOfSweep({ markets, grids }: SweepRequest): SweepChunk[] {
  return markets.flatMap((_, market) =>
    [...grids].flatMap(([strategy, grid]) =>
      Array.from({ length: Math.ceil(grid.length / SETS_PER_CHUNK) }, (_, i) => ({
        ...{ market, strategy, from: i * SETS_PER_CHUNK },
        to: Math.min((i + 1) * SETS_PER_CHUNK, grid.length),
      })),
    ),
  );
}

/** The sets of a chunk by their keys, in the order of the grid. @throws RangeError for one that is of another sweep */
export function setsOfChunk({ markets, grids }: SweepRequest, { market, strategy, from, to }: SweepChunk) {
  const swept = markets[market];
  const grid = grids.get(strategy);
  if (swept === undefined || grid === undefined || to > grid.length)
    throw new RangeError(`the sweep has no sets ${from} to ${to} of ${strategy} on market ${market}`);
  return grid.slice(from, to).map((parameters, i) => ({
    ...{ key: setKey(swept.market, strategy, from + i), parameters },
  }));
}

/** In the order of the markets. */
export function candlesOf({ markets }: Pick<SweepRequest, 'markets'>): SweepDescription['candles'] {
  return markets.map(({ market }) => ({ name: marketName(market), hash: marketHash(market) }));
}

/**
 * The build and the engine that computes: two machines that tell the same come to the same bits. The file a build begins
 * with names every other one by its content.
 * @throws AppError `usage_invalid` from sources, of which no single file tells the rest
 */
export function codeVersion(program: string): string {
  if (extname(program) === '.ts')
    throw new AppError(
      'usage_invalid',
      'machines share work by the built command line: npm run vigil builds it',
    );
  const build = createHash('sha256').update(readFileSync(program)).digest('hex');
  const [node] = process.versions.node.split('.');
  return `vigil ${packageVersion()}, build ${build.slice(0, 16)}, Node ${node}`;
}

/** Why this machine cannot work on it; null where it can. */
export function whyUnfit(
  asked: SweepDescription,
  own: { readonly code: string; readonly candles: () => SweepDescription['candles'] },
): string | null {
  if (asked.code !== own.code) return `it was asked by ${asked.code}, and this is ${own.code}`;
  const there = own.candles();
  const names = (all: SweepDescription['candles']) => all.map(({ name }) => name).join(', ') || 'none';
  if (names(there) !== names(asked.candles))
    return `it is about ${names(asked.candles)}, and the candles here are of ${names(there)}`;
  const other = asked.candles.find(({ hash }, i) => hash !== there[i]?.hash);
  if (other === undefined) return null;
  const found = there.find(({ name }) => name === other.name)?.hash ?? '';
  return `its candles of ${other.name} are ${other.hash.slice(0, 12)}, and those here are ${found.slice(0, 12)}`;
}
