import { z } from 'zod';
import { MarketSource } from './market.ts';
import { TradingVenueMode } from './run.ts';
import { HiddenFields } from './secrets.ts';
import { SpendingMode } from './spending.ts';
import { EpochMs } from './time.ts';
import { BreakerLevel, BreakerReason, TradingState } from './trading-state.ts';

/** What the live pages hear. `id` grows without gaps in reading order, so a lost connection resumes exactly. */
export const DeskEvent = z.object({
  id: z.number().int().positive(),
  type: z.enum([
    'run.started',
    'run.finished',
    'span.opened',
    'span.closed',
    'books.changed',
    'state.changed',
    'desk.changed',
    'spike.told',
    'prompt.changed',
    'model.changed',
    'approval.changed',
    'backtest.changed',
    'qtable.changed',
  ]),
  runId: z.string().nullable(),
  deskId: z.string().nullable(),
  atMs: EpochMs,
  /**
   * `RunSummary` for run events, `Span` without its bodies for span events, `SpikeNotice` for a spike, `ModelNotice`
   * for a model, else null.
   */
  payload: z.unknown(),
  hiddenFields: HiddenFields,
});
export type DeskEvent = z.infer<typeof DeskEvent>;
export type NewDeskEvent = Omit<DeskEvent, 'id' | 'hiddenFields'>;

/** One HTTP attempt at a model. Unknown usage is null, never zero. */
export const LlmCall = z.object({
  callId: z.string(),
  runId: z.string(),
  spanId: z.string(),
  agent: z.string(),
  /** The subject it was about; null for a question about several. */
  symbol: z.string().nullable().default(null),
  model: z.string(),
  /** Host of the provider; null where it is not known. */
  provider: z.string().nullable().default(null),
  attempt: z.number().int().positive(),
  /** `cached`: nothing was sent, an earlier answer to the very same request was taken. */
  status: z.enum(['ok', 'http_error', 'network_error', 'timed_out', 'invalid', 'cached']),
  /** How the shape of the answer was asked for; null where nothing was sent. */
  responseFormat: z.string().nullable().default(null),
  /** Waited before this attempt: for a retry, or for the provider to be well again. */
  waitedMs: z.number().nonnegative().default(0),
  httpStatus: z.number().int().nullable(),
  startedAtMs: EpochMs,
  durationMs: z.number().nonnegative(),
  inputTokens: z.number().int().nonnegative().nullable(),
  outputTokens: z.number().int().nonnegative().nullable(),
  /** Of the input, what the provider had read before; null where it does not tell. */
  cachedInputTokens: z.number().int().nonnegative().nullable().default(null),
  /** Of the output, what was thought and not said; null where it is not told. */
  reasoningTokens: z.number().int().nonnegative().nullable().default(null),
  /** What a million tokens cost when it was asked; null where that is not known. */
  inputUsdPerMillion: z.number().nonnegative().nullable().default(null),
  outputUsdPerMillion: z.number().nonnegative().nullable().default(null),
  /** Age of an answer that was taken again; null for one that was given now. */
  answerAgeMs: z.number().nonnegative().nullable().default(null),
  costUsd: z.number().nonnegative().nullable(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
  reply: z.string().nullable(),
  error: z.string().nullable(),
});
export type LlmCall = z.infer<typeof LlmCall>;

/** A point of the equity curve; quote currency. */
export const EquityPoint = z.object({ atMs: EpochMs, equityQuote: z.string(), balanceQuote: z.string() });
export type EquityPoint = z.infer<typeof EquityPoint>;

/** Payload of `model.changed`: a model that went down, or answers again. */
export const ModelNotice = z.object({
  model: z.string(),
  /** The host it is asked at. */
  provider: z.string(),
  status: z.enum(['up', 'down']),
  reason: z.string().nullable(),
  sinceMs: EpochMs,
});
export type ModelNotice = z.infer<typeof ModelNotice>;

/** What is on top of every page: may we trade, why, and on which market's time. */
export const SystemState = z.object({
  mode: TradingVenueMode,
  /** `setBy` is who set it in words; `actor` is its name in the books, such as the run whose breaker tripped. */
  trading: TradingState.extend({ actor: z.string() }),
  breaker: z.object({ level: BreakerLevel, reasons: z.array(BreakerReason), atMs: EpochMs.nullable() }),
  market: z.object({
    source: MarketSource,
    nowMs: EpochMs,
    /** Market seconds for one wall second; 1 on a live market. */
    speed: z.number().positive(),
    endsAtMs: EpochMs.nullable(),
    finished: z.boolean(),
  }),
  model: z.object({
    configured: z.boolean(),
    name: z.string().nullable(),
    status: z.enum(['up', 'down']),
    /** Wall time; null where nobody has asked it yet. */
    sinceMs: EpochMs.nullable(),
    /** Why it is down; null when it is up. */
    reason: z.string().nullable(),
    /** The model that answers now; null where the rules decide. */
    answering: z.string().nullable(),
    /** What cycles do while none answers. */
    whenDown: z.enum(['no_new_risk', 'rules']),
    /** In force from the next run on: `premium` asks the model, `saving` the cheaper one, `free` nobody. */
    mode: SpendingMode,
    /** Models may cost nothing more on this UTC day, or nothing at all: the rules decide. */
    budgetSpent: z.boolean(),
    budget: z.object({
      /** On this UTC day: spent, and set aside for calls under way. */
      spentUsd: z.number().nonnegative(),
      /** Of it, what calls were taken to cost whose price nobody told. */
      untoldUsd: z.number().nonnegative(),
      /** For a UTC day. */
      limitUsd: z.number().nonnegative(),
    }),
  }),
});
export type SystemState = z.infer<typeof SystemState>;
