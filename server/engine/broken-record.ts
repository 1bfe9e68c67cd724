import type { AppError } from '#domain/errors.ts';
import type { CycleRecord } from '#domain/run.ts';
import { initialState, type RunRequest } from '#graphs/state.ts';

/** What is left of a run that broke outside its nodes: that it did, and why. */
export function brokenRecord(request: RunRequest, failure: AppError, finishedAtMs: number): CycleRecord {
  const { tradingState, level } = initialState(request);
  const { runId, deskId, kind, mode, question, startedAtMs, promptSetId, seed } = request;
  const empty = {
    breakerReasons: [],
    signals: [],
    qAdvice: [],
    subjects: [],
    opinions: [],
    proposals: [],
    withheld: [],
    verdicts: [],
  };
  const reason = failure.code === 'internal' ? 'the run broke; the log has the details' : failure.message;
  return {
    ...{
      runId,
      deskId,
      kind,
      mode,
      question,
      startedAtMs,
      promptSetId,
      seed,
      finishedAtMs,
      tradingState,
      level,
      reason,
    },
    ...empty,
    outcome: 'failed',
    market: null,
    nodes: [],
    intents: [],
    orders: [],
    positions: [],
    notes: [],
    account: { before: null, after: null },
    llm: { calls: 0, inputTokens: null, outputTokens: null, costUsd: null, abstentions: {} },
  };
}
