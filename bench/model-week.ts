/**
 * How often a model is asked over a week of recorded candles, and with how many tokens, against asking every agent about
 * every symbol in every cycle. Every question costs one call and is then decided by the rules, so that both ways of
 * counting see the same trades.
 */
import { existsSync } from 'node:fs';
import type { ChatModel } from '#agents/chat-model.ts';
import { createAgentDesk } from '#agents/create-agent-desk.ts';
import { DAY_MS, MINUTE_MS } from '#domain/time.ts';
import { createReplayMarket } from '#exchanges/replay/replay-market.ts';
import { DEFAULT_SETTINGS } from '#graphs/deps.ts';
import { runCycle } from '#graphs/run-cycle.ts';
import { countTokens } from '#prompts/count-tokens.ts';
import { PROMPTS } from '#tests/support/agent-fixtures.ts';
import { RECORDED_MARKET } from '#tests/support/candle-files.ts';
import { createMemoryDesk } from '#tests/support/memory-deps.ts';
import type { BenchRow } from './bench-row.ts';

const SYMBOLS = ['ADA', 'AVAX', 'BNB', 'BTC', 'DOGE', 'DOT', 'ETH', 'LINK', 'SOL', 'XRP'].map(
  (base) => `${base}/USDT:USDT`,
);
const FROM_MS = Date.UTC(2026, 0, 5);
const TO_MS = FROM_MS + 7 * DAY_MS;
/** The candles' own width. */
const CYCLE_EVERY_MS = 5 * MINUTE_MS;
const AGENTS = 5;

export interface ModelWeek {
  readonly rows: readonly BenchRow[];
  readonly cycles: number;
  readonly cyclesWithoutCall: number;
  readonly callsByAgent: Readonly<Record<string, number>>;
}

interface Asked {
  readonly agent: string;
  readonly tokens: number;
}

/** Null where the recorded candles are not there. */
export async function benchModelWeek(
  onProgress: (done: number, of: number) => void,
): Promise<ModelWeek | null> {
  if (!existsSync(RECORDED_MARKET)) return null;
  const asked: Asked[] = [];
  const desk = await openDesk(asked);
  const cycles = (TO_MS - FROM_MS) / CYCLE_EVERY_MS;
  let cyclesWithoutCall = 0;
  for (let cycle = 0; cycle < cycles; cycle++) {
    const before = asked.length;
    desk.clock.nowMs = FROM_MS + cycle * CYCLE_EVERY_MS;
    await runCycle(desk.request(`week-${cycle}`), desk.deps);
    desk.spans.length = 0;
    const record = desk.records.pop();
    if (record?.outcome === 'failed') throw new Error(`cycle ${cycle} failed: ${record.reason}`);
    if (asked.length === before) cyclesWithoutCall += 1;
    onProgress(cycle + 1, cycles);
  }
  return { ...summaryOf(asked, cycles), cycles, cyclesWithoutCall };
}

async function openDesk(asked: Asked[]) {
  const market = await createReplayMarket({
    ...{ path: RECORDED_MARKET, symbols: SYMBOLS, venue: 'BINANCEUSDM', fromMs: FROM_MS },
    barsPerSeries: DEFAULT_SETTINGS.barsPerSeries,
  });
  const agents = createAgentDesk({ model: countingModel(asked), prompts: PROMPTS, budget: null });
  return createMemoryDesk({ market, symbols: SYMBOLS, startAtMs: FROM_MS, agents });
}

/** Counts what it is asked and declines to answer: the agent's rules decide, and nobody asks twice. */
function countingModel(asked: Asked[]): ChatModel {
  const usage = { calls: 1, inputTokens: null, outputTokens: null, costUsd: null };
  return {
    name: 'counting',
    async ask({ agent, messages, answerSchema }) {
      const tokens = await countTokens(messages, answerSchema);
      asked.push({ agent, tokens });
      return { outcome: 'refused', detail: 'it only counts', usage };
    },
  };
}

function summaryOf(asked: readonly Asked[], cycles: number): Pick<ModelWeek, 'rows' | 'callsByAgent'> {
  const callsByAgent: Record<string, number> = {};
  const leastTokens: Record<string, number> = {};
  for (const { agent, tokens } of asked) {
    callsByAgent[agent] = (callsByAgent[agent] ?? 0) + 1;
    leastTokens[agent] = Math.min(leastTokens[agent] ?? Number.POSITIVE_INFINITY, tokens);
  }
  const tokens = asked.reduce((sum, one) => sum + one.tokens, 0);
  const callsOfAll = cycles * SYMBOLS.length * AGENTS;
  // Cheaper than it would be: each agent at its smallest prompt of the week, and an agent that was never asked at none.
  const perSymbol = Object.values(leastTokens).reduce((sum, least) => sum + least, 0);
  const tokensOfAll = cycles * SYMBOLS.length * perSymbol;
  return {
    callsByAgent,
    rows: [
      row('recorded week: calls of a model', 'calls', asked.length),
      row('recorded week: tokens of its prompts', 'tokens', tokens),
      row('recorded week: calls, share of asking all about all', '', asked.length / callsOfAll),
      row('recorded week: tokens, share of asking all about all', '', tokens / tokensOfAll),
    ],
  };
}

function row(name: string, unit: string, value: number): BenchRow {
  return { name, unit, median: value, p99: value, baseline: null, ratio: null };
}
