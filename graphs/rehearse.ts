/**
 * A cycle decided again from one of its nodes on: for forks, shadows and what the rules alone would have done. It gets
 * its order desk here, and that one has no broker, so nothing a rehearsal decides can reach a venue. Its market, its book
 * and its trading state are those the run saw, whatever they are by now.
 */
import type { AgentDesk } from '#agents/agent-desk.ts';
import { graverLevel, graverMode, type TradingState } from '#domain/trading-state.ts';
import { createPlacementRecorder } from '#tools/orders/record-placements.ts';
import {
  type AnalysisDeps,
  type CycleDeps,
  NOBODY_ASKED,
  type RunTracer,
  type TradingStateStore,
} from './deps.ts';
import { frameOf } from './frames.ts';
import { freezeMarket } from './frozen-market.ts';
import { allowed } from './nodes/asking.ts';
import { walkFrom } from './run-cycle.ts';
import type { CycleState } from './state.ts';
import type { ForkNode } from './state-before.ts';

export interface RehearsalOptions {
  readonly agents: AgentDesk;
  /** Absent: its spans are written nowhere. */
  readonly tracer?: RunTracer;
}

/** What a rehearsal takes of a desk: nothing that sends, stores or changes a state. */
export type RehearsalDeps = Omit<AnalysisDeps, 'records' | 'tradingState' | 'agents' | 'tracer'> &
  Pick<CycleDeps, 'recentTrading'>;

const UNTRACED: RunTracer = { opened: async () => {}, closed: async () => {} };

/**
 * Walks from `from` on with what the nodes before it left in `begun` (see state-before.ts). Gives the state at the end, a
 * failure in it included; there is no record of it. @throws AppError `internal` when its snapshot cannot be found again
 */
export async function rehearse(
  from: ForkNode,
  begun: CycleState,
  deps: RehearsalDeps,
  { agents, tracer = UNTRACED }: RehearsalOptions,
): Promise<CycleState> {
  const { request, account, positions, openEntries, unknownOutcomes, observed } = begun;
  const gate = observed?.gate ?? null;
  const { runId, marketNowMs } = request;
  const { snapshot } = await frameOf({ runId, snapshotId: begun.snapshot?.snapshotId }, deps);
  const marks = gate?.equityMarks ?? observed?.assessed?.equityMarks;
  // A cycle plans before its Scanner what its subjects may cost; this walk begins behind that.
  const planned = from === 'context' ? await allowed(begun, subjectsOf(begun), { ...deps, agents }) : {};
  return walkFrom(
    from,
    { ...begun, ...planned },
    {
      ...deps,
      agents,
      tracer,
      market: freezeMarket(deps.market, snapshot, gate?.newerPrices),
      snapshots: { load: deps.snapshots.load, save: async () => {} },
      heardSpikes: async () => [],
      equityMarks: async () => marks ?? { dayStartQuote: null, peakQuote: null },
      recentTrading: async (deskId) => gate?.recentTrading ?? deps.recentTrading(deskId, marketNowMs),
      orders: createPlacementRecorder({ account, positions, openOrders: openEntries, unknownOutcomes }),
      tradingState: frozenTradingState(begun),
      records: { save: async () => {} },
      approvals: NOBODY_ASKED,
    },
  );
}

/** All of them count as held: who they are has been decided. */
function subjectsOf({ subjects, moot }: CycleState) {
  const isMoot = (symbol: string) => moot.some((one) => one.symbol === symbol);
  return {
    agent: 'context',
    subjects: 0,
    held: subjects.filter((symbol) => !isMoot(symbol)).length,
  } as const;
}

/** The rehearsal's own: it begins where the run stood, tightens by what is decided in it, and is stored nowhere. */
function frozenTradingState({ tradingState, observed }: CycleState): TradingStateStore {
  const gate = observed?.gate ?? null;
  const assessed = observed?.assessed ?? null;
  let standing: TradingState = tradingState;
  return {
    // Asked by the gate alone: a rehearsal does not observe.
    async read() {
      const { atRisk: _then, ...own } = standing;
      if (gate === null) return standing;
      return { ...own, mode: gate.movedTo ?? own.mode, ...(gate.atRisk && { atRisk: gate.atRisk }) };
    },
    async tighten(_deskId, mode, { reason, setBy, atMs, endsBy }) {
      if (graverMode(standing.mode, mode) !== standing.mode) {
        const { endsBy: _was, ...kept } = standing;
        standing = { ...kept, mode, reason, setBy, sinceMs: atMs, ...(endsBy === 'recovery' && { endsBy }) };
      }
      return standing;
    },
    async relax(_deskId, { reason, setBy, atMs }) {
      if (standing.mode === 'reducing' && standing.setBy.startsWith('breaker:'))
        standing = { ...standing, mode: 'active', reason, setBy, sinceMs: atMs };
      return standing;
    },
    /** Together with what the guard saw then. */
    async setLevel(_deskId, own) {
      if (assessed === null) return own;
      const told = new Set(assessed.reasons.map(({ trigger }) => trigger));
      const reasons = [...assessed.reasons, ...own.reasons.filter(({ trigger }) => !told.has(trigger))];
      return { level: graverLevel(own.level, assessed.level), reasons };
    },
    breakerEvent: async () => {},
  };
}
