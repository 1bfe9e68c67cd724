import { z } from 'zod';
import { MarketSource } from './market.ts';
import { RunSummary, Span, TradingVenueMode } from './run.ts';
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
  ]),
  runId: z.string().nullable(),
  deskId: z.string().nullable(),
  atMs: EpochMs,
  /** `RunSummary` for run events, `Span` without its bodies for span events, `SpikeNotice` for a spike, else null. */
  payload: z.unknown(),
});
export type DeskEvent = z.infer<typeof DeskEvent>;
export type NewDeskEvent = Omit<DeskEvent, 'id'>;

/** One HTTP attempt at a model. Unknown usage is null, never zero. */
export const LlmCall = z.object({
  callId: z.string(),
  runId: z.string(),
  spanId: z.string(),
  agent: z.string(),
  model: z.string(),
  attempt: z.number().int().positive(),
  status: z.enum(['ok', 'http_error', 'network_error', 'timed_out', 'invalid']),
  httpStatus: z.number().int().nullable(),
  startedAtMs: EpochMs,
  durationMs: z.number().nonnegative(),
  inputTokens: z.number().int().nonnegative().nullable(),
  outputTokens: z.number().int().nonnegative().nullable(),
  costUsd: z.number().nonnegative().nullable(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
  reply: z.string().nullable(),
  error: z.string().nullable(),
});
export type LlmCall = z.infer<typeof LlmCall>;

/** A point of the equity curve; quote currency. */
export const EquityPoint = z.object({ atMs: EpochMs, equityQuote: z.string(), balanceQuote: z.string() });
export type EquityPoint = z.infer<typeof EquityPoint>;

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
  model: z.object({ configured: z.boolean(), name: z.string().nullable() }),
});
export type SystemState = z.infer<typeof SystemState>;

/** A whole run for its page. */
export const RunDetail = z.object({
  run: RunSummary,
  spans: z.array(Span),
  calls: z.array(LlmCall),
});
export type RunDetail = z.infer<typeof RunDetail>;
