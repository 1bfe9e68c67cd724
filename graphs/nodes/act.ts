import { addUsage, NO_USAGE } from '#agents/chat-model.ts';
import { toAppError } from '#domain/errors.ts';
import type { OrderIntent } from '#domain/intent.ts';
import type { Finding, TradeProposal } from '#domain/proposal.ts';
import type { CycleOutcome, CycleRecord, LlmUsage } from '#domain/run.ts';
import type { Signal } from '#domain/signal.ts';
import type { Placement } from '#tools/orders/place-orders.ts';
import { defineNode } from '../define-node.ts';
import type { AnalysisDeps, CycleDeps } from '../deps.ts';
import { frameOf } from '../frames.ts';
import type { AgentUsage, CyclePatch, CycleState } from '../state.ts';
import { latestVerdict, passedProposals } from './decide.ts';
import { gateContext } from './gate-facts.ts';
import { isHalted } from './guard.ts';

/** Asks the gate again with fresh state, writes the intents, sends the legs, protects the position. */
export const place = defineNode<CycleState, CycleDeps>({
  name: 'place',
  kind: 'tool',
  shows: (state) => ({ placements: placementsOf(state) }),
  async work(state, deps) {
    const placements = placementsOf(state);
    if (placements.length === 0)
      return { patch: { accountAfter: state.accountAfter ?? state.account }, output: 'nothing to place' };
    return { patch: await placeNow(placements, state, deps) };
  },
});

export async function placeNow(
  placements: readonly Placement[],
  state: CycleState,
  deps: CycleDeps,
): Promise<CyclePatch> {
  const report = await deps.orders.place({
    runId: state.request.runId,
    placements,
    gateContext: (view) => gateContext(state, view, deps),
  });
  const custody = report.custody.map(({ action, symbol, detail }) => `${action} ${symbol}: ${detail}`);
  const unread = report.unread === null ? [] : [`venue not readable after placing: ${report.unread}`];
  return {
    verdicts: report.verdicts,
    intents: report.intents,
    orders: report.orders,
    positions: report.view.positions,
    accountAfter: report.view.account,
    notes: [...state.notes, ...custody, ...unread],
  };
}

/** One record, whatever happened. Every path ends here. */
export const record = defineNode<CycleState, AnalysisDeps>({
  name: 'record',
  kind: 'tool',
  shows: ({ failure, intents, proposals }) => ({
    failure,
    intents: intents.length,
    proposals: proposals.length,
  }),
  catches: false,
  async work(state, deps) {
    const startedAtMs = deps.wallClock.nowMs();
    const own = {
      name: 'record',
      kind: 'tool',
      symbol: null,
      startedAtMs,
      durationMs: 0,
      decidedBy: 'code',
      error: null,
    } as const;
    const signals = await signalsOf(state, deps);
    const made = await withRulesAlone(
      recordOf({ ...state, traces: [...state.traces, own] }, signals, deps),
      deps,
    );
    await deps.records.save(made);
    return { patch: {}, output: { outcome: made.outcome, reason: made.reason } };
  },
});

/** What the rules would have decided where a model did. It is known or it is not: no cycle fails for it. */
async function withRulesAlone(made: CycleRecord, { rulesAlone }: AnalysisDeps): Promise<CycleRecord> {
  const isByModel = made.opinions.some(({ decidedBy }) => decidedBy === 'model');
  if (rulesAlone === undefined || !isByModel || made.kind !== 'cycle' || made.outcome === 'failed')
    return made;
  try {
    return { ...made, rulesAlone: await rulesAlone(made) };
  } catch (thrown) {
    const { code, message } = toAppError(thrown);
    return {
      ...made,
      notes: [...made.notes, `what the rules alone would decide is not known: ${message} (${code})`],
    };
  }
}

/** What is left to place: where a person was asked, what closes has gone out before. */
function placementsOf(state: CycleState): Placement[] {
  const isLeft = ({ kind }: TradeProposal) => state.asked === null || kind === 'open';
  return passedProposals(state)
    .filter(isLeft)
    .map((proposal) => placementOf(proposal, state));
}

export function placementOf(proposal: TradeProposal, state: CycleState): Placement {
  const plan = state.plans.find(({ proposalId }) => proposalId === proposal.proposalId);
  const passed = { proposal, quantityBase: latestVerdict(state, proposal)?.quantityBase ?? '0' };
  return plan === undefined || plan.style === 'market'
    ? { ...passed, style: 'market' }
    : { ...passed, style: plan.style, deadlineMs: plan.deadlineMs };
}

/** Measured again where the run was resumed at its record; none where that is what failed. */
async function signalsOf({ request, snapshot }: CycleState, deps: AnalysisDeps): Promise<readonly Signal[]> {
  if (snapshot === null) return [];
  try {
    const frame = await frameOf({ runId: request.runId, snapshotId: snapshot.snapshotId }, deps);
    return [...frame.signals.values()];
  } catch {
    return [];
  }
}

function recordOf(state: CycleState, signals: readonly Signal[], deps: AnalysisDeps): CycleRecord {
  const { request, snapshot, intents } = state;
  const subjects = new Set(state.subjects);
  const { outcome, reason } = outcomeOf(state);
  return {
    runId: request.runId,
    deskId: request.deskId,
    kind: request.kind,
    mode: request.mode,
    outcome,
    reason,
    question: request.question,
    startedAtMs: request.startedAtMs,
    finishedAtMs: deps.wallClock.nowMs(),
    market: snapshot,
    nodes: [...state.traces],
    level: state.level,
    breakerReasons: [...state.breakerReasons],
    tradingState: state.tradingState,
    // Indicator readings of a symbol nobody looked at closer can be measured again from the snapshot.
    signals: signals.map((signal) => (subjects.has(signal.symbol) ? signal : { ...signal, indicators: [] })),
    qAdvice: [...state.qAdvice],
    subjects: [...state.subjects],
    ...(state.moot.length > 0 && { moot: [...state.moot] }),
    opinions: [...state.opinions],
    proposals: [...state.proposals],
    withheld: [...state.withheld],
    verdicts: [...state.verdicts],
    ...(state.asked !== null && { approval: state.asked }),
    intents: [...intents],
    orders: [...state.orders],
    notes: [...state.notes, ...unanswered(state)],
    positions: [...state.positions],
    account: { before: state.account, after: state.accountAfter ?? state.account },
    ...(state.observed && { observed: state.observed }),
    llm: llmUsage(Object.values(state.usage)),
    ...(state.allowance !== null && {
      spending: { ...state.allowance, steps: [...state.spendingSteps] },
    }),
    promptSetId: request.promptSetId,
    seed: request.seed,
  };
}

function outcomeOf(state: CycleState): { outcome: CycleOutcome; reason: string } {
  const { failure, intents, proposals, tradingState, breakerReasons } = state;
  const filled = new Set(
    state.orders.filter(({ filledBase }) => Number(filledBase) > 0).map(({ clientOrderId }) => clientOrderId),
  );
  // An immediate limit that filled in part ends cancelled: what it filled is what counts.
  const sent = intents.filter(
    ({ request, status }) =>
      isTradeLeg(request.purpose) && (hasTraded(status) || filled.has(request.clientOrderId)),
  );
  if (failure !== null) return { outcome: 'failed', reason: `${failure.node}: ${failure.message}` };
  if (state.request.kind === 'fork' || state.request.kind === 'shadow') {
    const meant = meantToPlace(state);
    if (meant.length > 0) return { outcome: 'traded', reason: `would have sent: ${meant.join(', ')}` };
  }
  if (sent.length > 0)
    return {
      outcome: 'traded',
      reason: sent.map((intent) => sentWords(intent, filled)).join(', '),
    };
  if (state.request.kind !== 'analysis' && isHalted(state)) {
    const tripped = breakerReasons.find(({ level }) => level === 'tripped');
    return { outcome: 'halted', reason: tripped?.message ?? tradingState.reason };
  }
  if (proposals.length > 0) {
    return { outcome: 'denied', reason: stoppedBy(state) };
  }
  return { outcome: 'held', reason: heldReason(state) };
}

/** What passed every asking and the venue then turned down came further than anything that was denied. */
function stoppedBy(state: CycleState): string {
  const rejected = state.intents.find(
    ({ request, status }) => isTradeLeg(request.purpose) && status === 'rejected',
  );
  if (rejected === undefined) return lastDenial(state)?.message ?? 'no proposal came to a fill';
  const { request, reason } = rejected;
  return `the venue rejected the ${request.purpose} of ${request.symbol}: ${reason ?? 'it gave no reason'}`;
}

/** What stopped the proposals that came furthest: those that the gate refused at once were never close to a trade. */
function lastDenial({ verdicts }: CycleState): Finding | undefined {
  const stages = ['place', 'approval', 'risk', 'gate'] as const;
  return stages
    .flatMap((stage) => verdicts.filter((verdict) => verdict.stage === stage))
    .flatMap(({ findings }) => findings)
    .find(({ effect }) => effect === 'deny');
}

/** What a run without a venue would have sent, had its last asking of the gate been the real one. */
function meantToPlace({ verdicts, proposals }: CycleState): string[] {
  const passed = new Set(
    verdicts
      .filter(({ stage, outcome }) => stage === 'place' && outcome !== 'denied')
      .map(({ proposalId }) => proposalId),
  );
  return proposals
    .filter(({ proposalId }) => passed.has(proposalId))
    .map(({ kind, side, symbol }) => `${kind} ${side} ${symbol}`);
}

/** An entry that rests has been sent and has bought nothing yet. */
function sentWords({ request, status }: OrderIntent, filled: ReadonlySet<string>): string {
  const isResting = status === 'acknowledged' && !filled.has(request.clientOrderId);
  return `${request.purpose} ${request.symbol}${isResting ? ' (resting)' : ''}`;
}

function heldReason({ request, unread, snapshot, subjects }: CycleState): string {
  if (unread !== null)
    return `the venue could not be read, so nothing may open: ${unread.message} (${unread.code})`;
  if (snapshot !== null && snapshot.symbols.length === 0)
    return `none of ${request.symbols.length} symbols has sound market data`;
  return subjects.length === 0 ? 'nothing to decide' : 'no subject called for a trade';
}

/** Rules weigh numbers and read no question: who asked one must not take their words for its answer. */
function unanswered({ request, opinions, allowance }: CycleState): string[] {
  const said = opinions.filter(({ agent }) => agent === 'context');
  if (request.question === null || said.some(({ decidedBy }) => decidedBy === 'model')) return [];
  const abstention = said.find((opinion) => opinion.abstention !== null)?.abstention;
  const why =
    abstention !== undefined
      ? `the model abstained (${abstention})`
      : allowance?.tier === 'free'
        ? 'no model is asked in the mode free'
        : 'no model is configured; set OPENAI_API_KEY or OPENAI_BASE_URL';
  return [`the question was not answered: ${said.length === 0 ? 'no symbol could be looked at' : why}`];
}

function isTradeLeg(purpose: string): boolean {
  return purpose === 'entry' || purpose === 'exit';
}

function hasTraded(status: string): boolean {
  return status === 'filled' || status === 'partially_filled' || status === 'acknowledged';
}

function llmUsage(usages: readonly AgentUsage[]): LlmUsage {
  const abstentions: LlmUsage['abstentions'] = {};
  let total = NO_USAGE;
  for (const { abstention, ...usage } of usages) {
    total = addUsage(total, usage);
    if (abstention !== null) abstentions[abstention] = (abstentions[abstention] ?? 0) + 1;
  }
  return { ...total, abstentions };
}
