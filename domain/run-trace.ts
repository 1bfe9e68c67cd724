/** A run's trace as its page reads it: everything of moderate size at once, what is long on its own. */
import { z } from 'zod';
import { LlmCall } from './desk-event.ts';
import { Opinion, Quote } from './opinion.ts';
import { Order } from './order.ts';
import { ListedRun, NodeFailure, Span } from './run.ts';
import { HiddenFields } from './secrets.ts';
import { EpochMs } from './time.ts';

/** As it is stored. */
export const KeptSpan = Span.extend({ hiddenFields: HiddenFields });
export type KeptSpan = z.infer<typeof KeptSpan>;

/** As it is stored. */
export const KeptCall = LlmCall.extend({ hiddenFields: HiddenFields });
export type KeptCall = z.infer<typeof KeptCall>;

/** Stands for a body that is too long for a list: how long it is as JSON, and how it begins. */
export const CutBody = z.object({ bytes: z.number().int().positive(), preview: z.string() });
export type CutBody = z.infer<typeof CutBody>;

/** A span whose long bodies are null: then `cut` says what is left out. */
export const SpanSketch = KeptSpan.extend({
  cut: z.object({ input: CutBody.nullable(), output: CutBody.nullable() }),
});
export type SpanSketch = z.infer<typeof SpanSketch>;

/** `content` is the beginning of a message that has more bytes. */
export const MessageSketch = z.object({
  role: z.string(),
  content: z.string(),
  bytes: z.number().int().nonnegative(),
});
export type MessageSketch = z.infer<typeof MessageSketch>;

/** A call whose long texts are cut to how they begin. */
export const CallSketch = KeptCall.extend({
  messages: z.array(MessageSketch),
  /** Of the whole reply; null where there is none. */
  replyBytes: z.number().int().nonnegative().nullable(),
  /** The call whose reply could not be read and which this one repairs. */
  repairOf: z.string().nullable(),
});
export type CallSketch = z.infer<typeof CallSketch>;

export const RunTrace = z.object({
  run: ListedRun,
  spans: z.array(SpanSketch),
  calls: z.array(CallSketch),
  /** As the venue last told them: the record has them as they were when the run ended. */
  orders: z.array(Order),
  /** Of the run's question and record, its spans and its calls together. */
  hiddenFields: HiddenFields,
});
export type RunTrace = z.infer<typeof RunTrace>;

/** Another go at the same node, by a run that was resumed. */
export const SpanAttempt = z.object({
  spanId: z.string(),
  status: Span.shape.status,
  startedAtMs: EpochMs,
  durationMs: Span.shape.durationMs,
  error: NodeFailure.nullable(),
});
export type SpanAttempt = z.infer<typeof SpanAttempt>;

export const WholeSpan = z.object({
  span: KeptSpan,
  /** Every go at this node for this subject, in order; this span is one of them. */
  attempts: z.array(SpanAttempt),
});
export type WholeSpan = z.infer<typeof WholeSpan>;

/** A model call with everything that was said, what was read from it, and what became of it. */
export const WholeCall = z.object({
  call: KeptCall,
  repairOf: z.string().nullable(),
  repairedBy: z.string().nullable(),
  /** The JSON found in the reply, before it was held to the agent's schema; null where none was found. */
  parsed: z.unknown(),
  /** The version whose words were sent; null where the run knows none of that name. */
  prompt: z.object({ name: z.string(), version: z.number().int().positive() }).nullable(),
  /** Of the last reply of its question alone: whether it was used, and its numbers as they were checked. */
  verdict: Opinion.pick({ decidedBy: true, abstention: true })
    .extend({ doubts: z.array(z.string()), quotes: z.array(Quote) })
    .nullable(),
});
export type WholeCall = z.infer<typeof WholeCall>;

/** The runs that began just after and just before one; null where there is none. */
export const RunNeighbours = z.object({ newer: z.string().nullable(), older: z.string().nullable() });
export type RunNeighbours = z.infer<typeof RunNeighbours>;
