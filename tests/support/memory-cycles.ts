/** Cycles of a desk in memory over the generator, by plain code and by LangGraph. */
import { MemorySaver } from '@langchain/langgraph';
import type { AgentDesk } from '#agents/agent-desk.ts';
import { createAgentDesk } from '#agents/create-agent-desk.ts';
import type { CycleRecord } from '#domain/run.ts';
import { createGeneratorMarket } from '#exchanges/generator/generator-market.ts';
import type { Broker } from '#exchanges/ports/broker.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';
import { buildCycleGraph } from '#graphs/cycle.ts';
import type { CycleDeps } from '#graphs/deps.ts';
import { runCycle } from '#graphs/run-cycle.ts';
import { initialState, type RunRequest } from '#graphs/state.ts';
import { PROMPTS } from './agent-fixtures.ts';
import { type AgentSpy, type Script, spyOnAgents } from './memory-agents.ts';
import { createMemoryDesk, type MemoryDesk } from './memory-deps.ts';

export const SYMBOLS = ['BTC', 'ETH', 'SOL', 'BNB', 'XRP', 'DOGE'].map((base) => `${base}/USDT:USDT`);
const DAY_MS = Date.UTC(2025, 0, 1);
const at = (hours: number, minutes: number) => DAY_MS + (hours * 60 + minutes) * 60_000;

/** Moments of the generator's first day with seed 7. */
export const MOMENTS = {
  /** Three opens pass. */
  trading: at(2, 30),
  /** There are subjects, and none calls for a trade. */
  idle: at(5, 50),
  /** The detectors find nothing. */
  quiet: at(9, 30),
  /** Bitcoin has lost 18% within the hour. */
  crash: at(20, 50),
} as const;

/** One generator for all tests of a file: it is pure in time and remembers its bars. */
export const MARKET: MarketData = createGeneratorMarket({ seed: 7, symbols: SYMBOLS, barsPerSeries: 150 });

/** The five agents without a model. */
export const RULES: AgentDesk = createAgentDesk({
  model: null,
  prompts: PROMPTS,
  budget: null,
});

export interface CycleDesk extends MemoryDesk {
  readonly agents: AgentSpy;
}

export async function openDesk(
  atMs: number,
  options: {
    readonly script?: Script;
    readonly market?: MarketData;
    readonly aroundBroker?: (broker: Broker) => Broker;
    readonly heardSpikes?: CycleDeps['heardSpikes'];
    readonly approvals?: CycleDeps['approvals'];
  } = {},
): Promise<CycleDesk> {
  const { script, market = MARKET, ...rest } = options;
  const agents = spyOnAgents(RULES, script);
  const desk = await createMemoryDesk({
    market,
    symbols: SYMBOLS,
    startAtMs: atMs,
    agents: agents.desk,
    ...rest,
  });
  return { ...desk, agents };
}

export type CycleRunner = (request: RunRequest, deps: CycleDeps) => Promise<unknown>;

export function createGraphCycle(): { run: CycleRunner; resume: CycleRunner } {
  const graph = buildCycleGraph(new MemorySaver());
  const invoke = (input: ReturnType<typeof initialState> | null, request: RunRequest, deps: CycleDeps) =>
    graph.invoke(input, {
      configurable: { thread_id: request.runId },
      context: { deps },
      durability: 'sync',
      recursionLimit: 40,
    });
  return {
    run: (request, deps) => invoke(initialState(request), request, deps),
    resume: (request, deps) => invoke(null, request, deps),
  };
}

/** Both ways to run a cycle: what holds for one has to hold for the other. */
export const RUNNERS: readonly (readonly [name: string, run: CycleRunner])[] = [
  ['plain code', runCycle],
  ['LangGraph', (request, deps) => createGraphCycle().run(request, deps)],
];

/** Runs one cycle and gives the one record it must have left. */
export async function recordOfCycle(
  run: CycleRunner,
  desk: MemoryDesk,
  runId = 'run-1',
  deps: CycleDeps = desk.deps,
): Promise<CycleRecord> {
  const before = desk.records.length;
  await run(desk.request(runId), deps);
  const [record, ...more] = desk.records.slice(before);
  if (record === undefined || more.length > 0)
    throw new Error(`${runId} left ${more.length + Number(record !== undefined)} records`);
  return record;
}

/** The nodes of a record, a fanned-out one once. */
export function pathOf({ nodes }: CycleRecord): string[] {
  return [...new Set(nodes.map(({ name }) => name))];
}
