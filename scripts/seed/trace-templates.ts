/** Records and spans of the size a desk's are, a few dozen of them: Postgres makes a run of each in the load itself. */
import { type RandomSource, seededRandom } from '#domain/ids.ts';
import type { CycleRecord, NodeKind, NodeName } from '#domain/run.ts';
import type { Signal } from '#domain/signal.ts';
import { pick, SYMBOLS } from './said-text.ts';

export const TEMPLATES = 24;

interface SpanTemplate {
  readonly template: number;
  readonly place: number;
  readonly name: NodeName;
  readonly kind: NodeKind;
  readonly symbol: string | null;
  readonly decidedBy: string;
  readonly afterMs: number;
  readonly durationMs: number;
  readonly input: unknown;
  readonly output: unknown;
}

/** What a record has beside what its run says of itself. */
type Rest = Omit<
  CycleRecord,
  | ('runId' | 'deskId' | 'kind' | 'outcome' | 'reason' | 'question' | 'startedAtMs' | 'finishedAtMs')
  | ('opinions' | 'verdicts' | 'llm')
>;

const NODES: readonly (readonly [NodeName, NodeKind])[] = [
  ...(['observe', 'indicators', 'qtable', 'breaker'] as const).map((name) => [name, 'tool'] as const),
  ...(['scanner', 'context'] as const).map((name) => [name, 'agent'] as const),
  ...(['propose', 'gate'] as const).map((name) => [name, 'tool'] as const),
  ...[['risk', 'agent'] as const, ['record', 'tool'] as const],
];

export function recordTemplates(seed: number): Rest[] {
  const random = seededRandom(seed);
  return Array.from({ length: TEMPLATES }, () => ({
    mode: 'paper',
    market: null,
    nodes: NODES.map(([name, kind], index) => ({
      ...{ name, kind, symbol: null, error: null, decidedBy: kind === 'agent' ? 'model' : 'code' },
      ...{ startedAtMs: index * 40, durationMs: 5 + Math.floor(random.next() * 60) },
    })),
    level: 'clear',
    breakerReasons: [],
    tradingState: { mode: 'active', reason: 'paper trading starts active', setBy: 'start-up', sinceMs: 0 },
    signals: SYMBOLS.slice(0, 6).map((symbol) => signal(random, symbol)),
    qAdvice: [],
    subjects: SYMBOLS.slice(0, 3),
    proposals: [],
    withheld: [],
    intents: [],
    orders: [],
    positions: [],
    notes: [],
    account: { before: null, after: null },
    promptSetId: 'seeded',
    seed,
  }));
}

export function spanTemplates(seed: number): SpanTemplate[] {
  const random = seededRandom(seed);
  return Array.from({ length: TEMPLATES }, (_, template) =>
    NODES.map(([name, kind], place) => ({
      ...{ template, place, name, kind, symbol: name === 'context' ? pick(random, SYMBOLS) : null },
      ...{ decidedBy: kind === 'agent' ? 'model' : 'code', afterMs: place * 40 },
      durationMs: 5 + Math.floor(random.next() * 60),
      input: { symbols: SYMBOLS.slice(0, 6), asOfMs: 0, barsPerSeries: 500 },
      output:
        name === 'indicators' ? { signals: [signal(random, pick(random, SYMBOLS))] } : { changed: [name] },
    })),
  ).flat();
}

function signal(random: RandomSource, symbol: string): Signal {
  const points = (rule: Signal['readings'][number]['rule']) => ({
    ...{ rule, timeframe: '1h' as const, points: Math.floor(random.next() * 5) - 2 },
    evidence: `${rule} at ${random.next().toFixed(4)} over ${random.next().toFixed(4)}`,
  });
  return {
    ...{ symbol, action: 'hold', strategy: 'points', confidenceFraction: 0.4, score: 1, spikes: [] },
    readings: [points('macd_cross'), points('rsi_band'), points('ema_stack')],
    regime: { trend: 'sideways', volatilityRatio: 1, volatility: 'normal', btcCorrelation: 0.6 },
    ...{ lastQuote: 100 + random.next(), atrQuote: 1 + random.next() },
    indicators: [],
    reason: 'points +1',
  } as unknown as Signal;
}
