/** The half of the cycle that can only take risk off: levels, the Guardian, and what a trip does. */

import { AppError } from '#domain/errors.ts';
import type { GuardianOpinion } from '#domain/opinion.ts';
import { MINUTE_MS } from '#domain/time.ts';
import {
  type BreakerLevel,
  type BreakerReason,
  graverLevel,
  type HaltEnd,
  type TradingMode,
  type TradingState,
} from '#domain/trading-state.ts';
import { assessBreaker, type BreakerAssessment } from '#tools/breaker/assess-breaker.ts';
import { tripMarkets } from '#tools/breaker/trip-markets.ts';
import { SET_BY_BREAKER, tripOccasion } from '#tools/breaker/trip-occasion.ts';
import type { CustodyNote } from '#tools/orders/custody.ts';
import { defineNode } from '../define-node.ts';
import type { AnalysisDeps, CycleDeps } from '../deps.ts';
import { frameOf } from '../frames.ts';
import type { CycleState } from '../state.ts';
import { allowed, askContext, opinionPatch } from './asking.ts';

/** Market triggers and account protections; what they demand of the trading state is stored before anything else. */
export const breaker = defineNode<CycleState, CycleDeps>({
  name: 'breaker',
  kind: 'tool',
  shows: ({ account, tradingState }) => ({ equityQuote: account?.equityQuote, tradingState }),
  async work(state, deps) {
    const { deskId, marketNowMs } = state.request;
    const equityMarks = await deps.equityMarks(deskId, marketNowMs);
    const { accountAsks, ...own } = await assess(state, deps, equityMarks);
    const { level, reasons } = await deps.tradingState.setLevel(deskId, { ...own, atMs: marketNowMs });
    const asked: TradingMode | null = level === 'tripped' ? 'halted' : accountAsks;
    const gravest = reasons.filter((reason) => reason.level === level);
    const reason = gravest.map(({ message }) => message).join('; ');
    // What an account has lost no market brings back by itself.
    const endsBy: HaltEnd = accountAsks === 'halted' ? 'person' : deps.thresholds.marketHaltsEndBy;
    const tradingState =
      asked === null
        ? await relaxWhenClear(state, level, deps)
        : await tighten(state, asked, { reason, endsBy }, deps);
    const left = { level, breakerReasons: [...reasons], tradingState };
    const assessed = { level, reasons: [...reasons], tradingState, equityMarks };
    const observed = state.observed && { ...state.observed, assessed };
    return { patch: { ...left, observed }, output: left };
  },
});

/** How long a `reducing` stands at least, so that it does not flicker with the level. */
const REDUCING_AT_LEAST_MS = 30 * MINUTE_MS;

/** A `reducing` the breaker or the Guardian set ends when nothing asks for it any more; a halt waits for a person. */
async function relaxWhenClear(
  state: CycleState,
  level: BreakerLevel,
  deps: CycleDeps,
): Promise<TradingState> {
  const { tradingState, request } = state;
  const hasStood = request.marketNowMs - tradingState.sinceMs >= REDUCING_AT_LEAST_MS;
  if (tradingState.mode !== 'reducing' || level !== 'clear' || !hasStood) return tradingState;
  const why = {
    reason: 'nothing calls for reducing any more',
    setBy: setByOf(request.runId),
    atMs: request.marketNowMs,
  };
  return deps.tradingState.relax(request.deskId, why);
}

/** The same triggers for an analysis: they are told, and change nothing. */
export const assessMarket = defineNode<CycleState, AnalysisDeps>({
  name: 'breaker',
  kind: 'tool',
  shows: ({ tradingState }) => ({ tradingState }),
  async work(state, deps) {
    const { level, reasons } = await assess(state, deps, { dayStartQuote: null, peakQuote: null });
    const asked = { agent: 'context', subjects: 0, held: state.subjects.length } as const;
    const spending = asked.held > 0 ? await allowed(state, asked, deps) : {};
    return { patch: { level, breakerReasons: reasons, ...spending } };
  },
});

const ASKED_MODE: Readonly<Record<GuardianOpinion['ask'], TradingMode | null>> = {
  trip: 'halted',
  reduce: 'reducing',
  keep: null,
};

/** Asked from `watch` up. It may raise the level or ask for `reducing`; nothing it says lowers either. */
export const guardian = defineNode<CycleState, CycleDeps>({
  name: 'guardian',
  kind: 'agent',
  shows: ({ level, breakerReasons }) => ({ level, breakerReasons }),
  async work(state, deps, spanId) {
    if (state.level === 'clear') return { patch: {}, output: 'level clear: nobody was asked' };
    const frame = await frameOf({ runId: state.request.runId, snapshotId: state.snapshot?.snapshotId }, deps);
    const { signals } = frame;
    const { level, breakerReasons: reasons, account, positions } = state;
    const question = { level, reasons, signals: [...signals.values()], account, positions };
    const spending = await allowed(state, { agent: 'guardian', subjects: 0, held: 0 }, deps);
    const said = await deps.agents.guardian(
      question,
      askContext({ ...state, ...spending }, spanId, deps, { frame }),
    );
    const raised: BreakerLevel = graverLevel(level, said.answer.ask === 'trip' ? 'tripped' : level);
    // Who agrees with a trip that stands adds nothing to its halt.
    const asked = level === 'tripped' ? null : ASKED_MODE[said.answer.ask];
    const tradingState =
      asked === null
        ? state.tradingState
        : await tighten(state, asked, { reason: said.answer.reason, endsBy: 'person' }, deps);
    const breakerReasons =
      said.answer.ask === 'trip' ? [tripReason(said.answer.reason), ...reasons] : reasons;
    const patch = {
      ...opinionPatch('guardian', null, spanId, said, spending),
      ...{ level: raised, tradingState, breakerReasons },
    };
    return { patch, decidedBy: said.decidedBy };
  },
});

/**
 * What a halt does to the book: entries cancelled, and for a trip of the breaker stops brought nearer once and the event
 * stored. Asked in every halted cycle, since the venue may not have answered in the one that tripped.
 */
export const protect = defineNode<CycleState, CycleDeps>({
  name: 'protect',
  kind: 'tool',
  shows: ({ level, breakerReasons, positions }) => ({ level, breakerReasons, positions: positions.length }),
  async work(state, deps) {
    const { request, tradingState, breakerReasons, positions } = state;
    const occasion = tripOccasion(tradingState);
    const { notes, unread } = await protectBook(occasion, deps);
    const actions = notes.map(({ action, symbol, detail }) => ({ name: `${action} ${symbol}`, detail }));
    if (unread !== null) actions.push({ name: 'failed', detail: unread });
    // The halt names the run that set it, so a repeated node still knows whether this trip is its own.
    if (tradingState.setBy === setByOf(request.runId)) {
      const snapshotId = state.snapshot?.snapshotId;
      const { snapshot } = await frameOf({ runId: request.runId, snapshotId }, deps);
      await deps.tradingState.breakerEvent({
        deskId: request.deskId,
        runId: request.runId,
        level: state.level,
        reasons: breakerReasons,
        actions: actions.map((action) => ({ ...action, atMs: request.marketNowMs })),
        symbols: positions.map(({ symbol }) => symbol),
        atMs: request.marketNowMs,
        snapshotId: snapshot.snapshotId,
        market: tripMarkets(snapshot),
      });
    }
    return {
      patch: { notes: [...state.notes, ...actions.map(({ name, detail }) => `${name}: ${detail}`)] },
    };
  },
});

/** A venue that cannot be read keeps the halt from nothing: the stops stand there, and the next cycle tries again. */
async function protectBook(
  occasion: string | null,
  { orders }: CycleDeps,
): Promise<{ notes: readonly CustodyNote[]; unread: string | null }> {
  try {
    return { notes: await orders.protect(occasion), unread: null };
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code === 'internal') throw thrown;
    return { notes: [], unread: `the book could not be protected: ${thrown.message}` };
  }
}

/** Whether the cycle may not go on to think about trades. */
export function isHalted({ level, tradingState }: Pick<CycleState, 'level' | 'tradingState'>): boolean {
  return level === 'tripped' || tradingState.mode === 'halted';
}

async function assess(
  state: CycleState,
  deps: AnalysisDeps,
  equityMarks: Parameters<typeof assessBreaker>[0]['equityMarks'],
): Promise<BreakerAssessment> {
  const { snapshot } = await frameOf(
    { runId: state.request.runId, snapshotId: state.snapshot?.snapshotId },
    deps,
  );
  const { thresholds, limits } = deps;
  const { account, tradingState } = state;
  const forgivenUntilMs = tradingState.overriddenAtMs;
  return assessBreaker({ snapshot, thresholds, limits, account, equityMarks, forgivenUntilMs });
}

function tighten(
  state: CycleState,
  to: TradingMode,
  why: { readonly reason: string; readonly endsBy: HaltEnd },
  deps: CycleDeps,
) {
  const { deskId, runId, marketNowMs } = state.request;
  return deps.tradingState.tighten(deskId, to, { ...why, setBy: setByOf(runId), atMs: marketNowMs });
}

function setByOf(runId: string): string {
  return `${SET_BY_BREAKER}${runId}`;
}

function tripReason(message: string): BreakerReason {
  return { trigger: 'guardian', level: 'tripped', value: null, limit: null, message };
}
