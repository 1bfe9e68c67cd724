/** Days of cycles over the generator, and whether each of them is decided the same again from every node. */
import { expect } from 'vitest';
import type { AgentDesk } from '#agents/agent-desk.ts';
import type { MarketSnapshot } from '#domain/market.ts';
import { CycleRecord } from '#domain/run.ts';
import { createGeneratorMarket } from '#exchanges/generator/generator-market.ts';
import type { MarketData, MarketStream } from '#exchanges/ports/market-data.ts';
import type { HeardSpikes } from '#graphs/deps.ts';
import { createFrameStore } from '#graphs/frames.ts';
import { type RehearsalDeps, rehearse } from '#graphs/rehearse.ts';
import { runCycle } from '#graphs/run-cycle.ts';
import type { CycleState } from '#graphs/state.ts';
import { ForkNode, stateBefore } from '#graphs/state-before.ts';
import type { Script } from './memory-agents.ts';
import { type CycleDesk, MOMENTS, openDesk, SYMBOLS } from './memory-cycles.ts';

export const CYCLES = 40;
const EVERY_MS = 30 * 60_000;

/** Answers that follow from the question alone, so that asking again gives the same. */
export const SCRIPT: Script = {
  context: ({ signal }) => ({
    symbol: signal.symbol,
    stance: signal.score > 0 ? 'bullish' : 'bearish',
    conviction: Math.max(-1, Math.min(1, signal.score / 100)),
    evidence: [],
    summary: `${signal.score} points`,
  }),
  risk: ({ proposals }) => ({
    reviews: proposals.map(({ proposalId }, turn) => ({
      ...{ proposalId, action: turn % 2 === 0 ? 'shrink' : 'keep', sizeFraction: turn % 2 === 0 ? 0.5 : 1 },
      reason: 'half of every other one',
    })),
    summary: '',
  }),
};

const heardSpikes: HeardSpikes = async ({ symbols, asOfMs }) => {
  const symbol = symbols[Math.floor(asOfMs / EVERY_MS) % symbols.length];
  if (symbol === undefined) return [];
  const about = { symbol, timeframe: '1m', barOpenAtMs: asOfMs - 60_000 } as const;
  return [{ ...about, kind: 'price', direction: 'up', robustSigmas: 7 }];
};

/** Pushes a price a little beside the last bar's. */
function withStream(market: MarketData, nowMs: () => number): MarketData {
  const stream: MarketStream = {
    latest: (symbol, kind) => ({
      ...{ symbol, kind, atMs: nowMs() },
      priceQuote: 100 + symbol.length + (nowMs() % 7),
    }),
    onPrice: () => () => {},
    liquidations: () => null,
    health: () => ({ state: 'streaming', lastPriceAtMs: nowMs(), ignored: 0 }),
  };
  return { ...market, stream };
}

export interface Day {
  readonly desk: CycleDesk;
  readonly snapshots: ReadonlyMap<string, MarketSnapshot>;
}

export async function dayOfCycles(
  seed: number,
  options: { readonly script?: Script; readonly streams?: boolean },
): Promise<Day> {
  const clock = { nowMs: MOMENTS.trading };
  const generator = createGeneratorMarket({ seed, symbols: SYMBOLS, barsPerSeries: 150 });
  const market = options.streams ? withStream(generator, () => clock.nowMs) : generator;
  const { script } = options;
  const desk = await openDesk(MOMENTS.trading, { market, heardSpikes, ...(script && { script }) });
  const snapshots = new Map<string, MarketSnapshot>();
  const save = async (snapshot: MarketSnapshot) => void snapshots.set(snapshot.snapshotId, snapshot);
  const load = async (snapshotId: string) => snapshots.get(snapshotId) ?? null;
  const marks = (atMs: number) => ({ dayStartQuote: '10000', peakQuote: String(10_000 + (atMs % 90)) });
  const deps = {
    ...desk.deps,
    snapshots: { save, load },
    equityMarks: async (_deskId: string, atMs: number) => marks(atMs),
  };
  for (let cycle = 0; cycle < CYCLES; cycle++) {
    clock.nowMs = MOMENTS.trading + cycle * EVERY_MS;
    desk.clock.nowMs = clock.nowMs;
    const state = await desk.deps.tradingState.read('desk');
    if (state.mode === 'halted' && clock.nowMs - state.sinceMs >= 3 * EVERY_MS)
      desk.setTradingState({ mode: 'active', reason: 'armed', setBy: 'person', sinceMs: clock.nowMs });
    await runCycle(desk.request(`run-${cycle}`), deps);
  }
  return { desk, snapshots };
}

/** A desk long afterwards: another trading state, other trades, and a market that must not be asked. */
function depsAfterwards({ desk, snapshots }: Day): RehearsalDeps {
  const refuse = () => {
    throw new Error('a rehearsal asked the market of today');
  };
  const { market, stream } = { ...desk.deps, ...desk.deps.market };
  return {
    ...desk.deps,
    market: {
      ...market,
      ...(stream && { stream: { ...stream, latest: refuse } }),
      ...{ snapshot: refuse, candles: refuse, fundingBetween: refuse },
    },
    frames: createFrameStore(),
    snapshots: { load: async (snapshotId) => snapshots.get(snapshotId) ?? null, save: refuse },
    heardSpikes: refuse,
    recentTrading: async () => ({ trades: [], venueFailuresAtMs: [] }),
  };
}

/** What was decided, by whom apart: the venue's part of a run is not rehearsed. */
function decisionsOf(state: CycleState | CycleRecord): unknown {
  const { level, breakerReasons, subjects, qAdvice, opinions, proposals, withheld, verdicts } = state;
  const { mode, reason } = state.tradingState;
  const judged = verdicts.filter(({ stage }) => stage !== 'place');
  return { level, breakerReasons, mode, reason, subjects, qAdvice, opinions, proposals, withheld, judged };
}

export async function expectSameFromEveryNode(day: Day): Promise<Map<string, number>> {
  const { agents, records } = day.desk;
  const deps = depsAfterwards(day);
  const rehearsed = new Map<string, number>();
  for (const record of records) {
    // As it comes back out of the database.
    const kept = CycleRecord.parse(JSON.parse(JSON.stringify(record)));
    const walked = new Set<string>(kept.nodes.map(({ name }) => name));
    for (const node of ForkNode.options.filter((name) => walked.has(name))) {
      const again = await rehearse(node, stateBefore(kept, node), deps, { agents: agents.desk as AgentDesk });
      expect(decisionsOf(again), `${record.runId} from ${node}`).toEqual(decisionsOf(kept));
      expect(again.intents).toEqual([]);
      rehearsed.set(node, (rehearsed.get(node) ?? 0) + 1);
    }
  }
  return rehearsed;
}
