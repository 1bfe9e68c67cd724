/** Takes chunks of sweeps from Redis and walks them over the candle files of this machine, one sweep after the other. */
import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '#domain/errors.ts';
import { strategyOf } from '#tools/strategies/registry.ts';
import type { AskedSweep, ChunkScores, SweepFlows } from '../queues/sweep-flows.ts';
import type { SweepRequest } from './sweep.ts';
import { candlesOf, type SweepChunk, type SweepDescription, setsOfChunk, whyUnfit } from './sweep-chunks.ts';
import { ownHand, type SweepHand, startHand } from './sweep-hand.ts';
import { readSweptMarkets, sweepRequest } from './swept-markets.ts';

export interface ServeOptions {
  readonly flows: SweepFlows;
  readonly dataPath: string;
  readonly code: string;
  /** Worker threads; 0 walks in this one. */
  readonly threads: number;
  readonly program: string;
  readonly signal: AbortSignal;
  tell(words: string): void;
}

const LOOK_EVERY_MS = 500;

/**
 * Until the signal: chunks that are under way then are done first. A sweep of other candles or of another build is told
 * once, as a failure, and left to others; so is a Redis that does not answer, until it does.
 */
export async function serveSweeps(options: ServeOptions): Promise<void> {
  const { flows, signal, tell } = options;
  const told = new Set<string>();
  /** Sweeps of other candles or of another build. */
  const unfit = new Set<string>();
  const tellOnce = (of: string, { code, message }: AppError) => {
    if (!told.has(of)) tell(`${code}: ${message}`);
    told.add(of);
  };
  while (!signal.aborted) {
    const asked = await nextSweep(flows, unfit, told, tellOnce);
    if (asked === null) {
      await wait(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
      continue;
    }
    try {
      await serveSweep(asked, await prepareSweep(asked, options), options);
    } catch (thrown) {
      if (!(thrown instanceof AppError) || thrown.code === 'internal') throw thrown;
      tellOnce(asked.sweepId, thrown);
      // Anything else, such as a file that is still being copied, may be mended while this process waits.
      if (thrown.code === 'conflict') unfit.add(asked.sweepId);
      else await wait(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
    }
  }
}

const AWAY = 'away';

/** The oldest that was not found to be another machine's. */
async function nextSweep(
  flows: SweepFlows,
  unfit: ReadonlySet<string>,
  told: Set<string>,
  tellOnce: (of: string, failure: AppError) => void,
): Promise<AskedSweep | null> {
  try {
    const all = await flows.unfinished();
    told.delete(AWAY);
    return all.find(({ sweepId }) => !unfit.has(sweepId)) ?? null;
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== 'queue_unavailable') throw thrown;
    tellOnce(AWAY, thrown);
    return null;
  }
}

/** @throws AppError `conflict` where it is of other candles or of another build, `candle_data_missing` */
async function prepareSweep(
  { sweepId, description }: AskedSweep,
  { dataPath, code, tell }: ServeOptions,
): Promise<SweepRequest> {
  // Candles are read only where the build fits: another one may choose other markets.
  assertFit(sweepId, description, { code, candles: () => description.candles });
  const markets = await readSweptMarkets({ path: dataPath, ...description.markets }, tell);
  const request = sweepRequest(markets, description.strategies.map(strategyOf), description.mostSets);
  assertFit(sweepId, description, { code, candles: () => candlesOf(request) });
  tell(`sweep ${sweepId}: ${markets.length} markets, the same candles and the same build`);
  return request;
}

function assertFit(sweepId: string, asked: SweepDescription, own: Parameters<typeof whyUnfit>[1]): void {
  const why = whyUnfit(asked, own);
  if (why === null) return;
  throw new AppError('conflict', `this machine cannot work on sweep ${sweepId}: ${why}`, {
    context: { sweepId },
  });
}

/** Until no chunk of it is left, or the signal. */
async function serveSweep(
  { sweepId }: AskedSweep,
  request: SweepRequest,
  { flows, threads, program, signal, tell }: ServeOptions,
): Promise<void> {
  // Who has begun a chunk comes to its end.
  const never = new AbortController().signal;
  const startOne = () => (threads === 0 ? ownHand(never) : startHand(program));
  const hands: SweepHand[] = Array.from({ length: Math.max(1, threads) }, startOne);
  const walk = async (chunk: SweepChunk): Promise<ChunkScores> => {
    const sets = setsOfChunk(request, chunk);
    const hand = hands.pop() ?? startOne();
    const scores: ChunkScores[number][] = [];
    try {
      await hand.work(jobOf(request, chunk), (key, score) => scores.push([key, score]));
    } catch (thrown) {
      await hand.close();
      throw thrown;
    }
    hands.push(hand);
    tell(`${sets.length} sets from ${sets[0]?.key}`);
    return scores;
  };
  const serving = flows.serve(sweepId, walk, hands.length);
  try {
    while (!signal.aborted && (await isUnfinished(sweepId, flows)))
      await wait(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
  } finally {
    await serving.close();
    await Promise.all(hands.map((hand) => hand.close()));
  }
}

function jobOf(request: SweepRequest, chunk: SweepChunk) {
  const market = request.markets[chunk.market];
  if (market === undefined) throw new RangeError(`the sweep has no market ${chunk.market}`);
  return { market, strategy: chunk.strategy, sets: setsOfChunk(request, chunk), costs: request.costs };
}

/** While Redis is away it may be. */
async function isUnfinished(sweepId: string, flows: SweepFlows): Promise<boolean> {
  try {
    return (await flows.unfinished()).some((one) => one.sweepId === sweepId);
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'queue_unavailable') return true;
    throw thrown;
  }
}
