/** A desk in memory that the fake API serves and tests move by hand: nothing happens by itself. */
import type { Approval } from '#domain/approval.ts';
import type { DeskEvent, NewDeskEvent, SystemState } from '#domain/desk-event.ts';
import type { CycleOutcome, Desk, Span } from '#domain/run.ts';
import { NodeName } from '#domain/run.ts';
import { approvalItemOf } from './approval-rows.ts';
import {
  fakeAccount,
  fakeEntries,
  fakeEquity,
  fakePositions,
  fakeTrades,
  MARKET_NOW_MS,
  SYMBOLS,
} from './fake-books.ts';
import { type FakeRun, fakeRun, fakeSpan } from './fake-run.ts';

const OUTCOMES: readonly CycleOutcome[] = [
  'held',
  'traded',
  'held',
  'denied',
  'held',
  'halted',
  'held',
  'failed',
];
const CYCLE_MS = 15 * 60_000;

export type FakeDesk = ReturnType<typeof createFakeDesk>;

export function createFakeDesk({ pastRuns = 44, isEmpty = false } = {}) {
  const runs: FakeRun[] = isEmpty ? [] : pastRunsOf(pastRuns);
  const events: DeskEvent[] = [];
  const listeners = new Set<(event: DeskEvent) => void>();
  const state = fakeState();
  const desk = fakeDeskRow();
  let started = 0;

  function tell(event: Omit<NewDeskEvent, 'deskId' | 'atMs'>): void {
    const place = { id: events.length + 1, deskId: desk.deskId, atMs: MARKET_NOW_MS };
    const told = { ...event, ...place, hiddenFields: 0 };
    events.push(told);
    for (const listener of listeners) listener(told);
  }

  function find(runId: string): FakeRun | undefined {
    return runs.find(({ run }) => run.runId === runId);
  }

  return {
    runs,
    state,
    desk,
    /** Beside the main one, on the same market. */
    otherDesks: [] as Desk[],
    events,
    find,
    tell,
    account: isEmpty ? null : fakeAccount(),
    positions: isEmpty ? [] : fakePositions(),
    entries: isEmpty ? [] : fakeEntries(),
    trades: isEmpty ? [] : fakeTrades(),
    equity: isEmpty ? [] : fakeEquity(),
    approvals: [] as Approval[],
    /** A cycle stops at its question; the deadline is of the real clock. */
    askApproval(withinMs: number, symbols = ['BTC/USDT:USDT', 'ETH/USDT:USDT'], begun?: string): Approval {
      const runId = begun ?? this.startRun('cycle', symbols);
      this.openSpan(runId, 'approval');
      const asked = symbols.map((symbol) =>
        approvalItemOf(symbol, {
          reasons: [
            {
              ...{ agent: 'context', words: 'Trend and volume agree.' },
              ...{ decidedBy: 'rules', abstention: 'ungrounded_number' },
            },
          ],
        }),
      );
      const question: Approval = {
        ...{ approvalId: `approval_${runId}`, runId, deskId: desk.deskId, status: 'pending', asked },
        ...{ askedAtMs: Date.now(), deadlineAtMs: Date.now() + withinMs, answers: null },
        ...{ answeredAtMs: null, answeredBy: null, reason: null },
      };
      this.approvals.unshift(question);
      tell({ type: 'approval.changed', runId, payload: null });
      return question;
    },
    endApproval(approvalId: string, change: Partial<Approval>): Approval {
      const at = this.approvals.findIndex((one) => one.approvalId === approvalId);
      const ended = { ...this.approvals[at]!, ...change };
      this.approvals[at] = ended;
      tell({ type: 'approval.changed', runId: ended.runId, payload: null });
      return ended;
    },
    listen(listener: (event: DeskEvent) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** A new run in its first instant: no span yet. */
    startRun(kind: 'cycle' | 'analysis' = 'cycle', symbols: string[] = []): string {
      started += 1;
      const runId = `run-live-${started}`;
      const whole = fakeRun(runId, 'traded', { kind });
      const run = {
        ...whole.run,
        status: 'running' as const,
        outcome: null,
        reason: null,
        level: null,
        symbols,
        finishedAtMs: null,
        orders: 0,
        costUsd: 0,
      };
      runs.unshift({ run, spans: [], calls: [], record: null });
      tell({ type: 'run.started', runId, payload: run });
      return runId;
    },
    openSpan(runId: string, name: NodeName, symbol: string | null = null): void {
      const span = fakeSpan(runId, name, { symbol, startedAtMs: Date.now(), status: 'open' });
      find(runId)?.spans.push(span);
      tell({ type: 'span.opened', runId, payload: withoutBodies(span) });
    },
    closeSpan(runId: string, name: NodeName, symbol: string | null = null): void {
      const spans = find(runId)?.spans ?? [];
      const at = spans.findIndex((span) => span.name === name && span.symbol === symbol);
      const span = fakeSpan(runId, name, { symbol, startedAtMs: spans[at]?.startedAtMs ?? MARKET_NOW_MS });
      spans[at] = span;
      tell({ type: 'span.closed', runId, payload: withoutBodies(span) });
    },
    finishRun(runId: string, outcome: CycleOutcome): void {
      const found = find(runId);
      if (!found) return;
      Object.assign(found, fakeRun(runId, outcome));
      tell({ type: 'run.finished', runId, payload: found.run });
      tell({ type: 'books.changed', runId, payload: null });
    },
    /** The position in this symbol exits, and another of the same side is opened in its place. */
    replacePosition(symbol: string, positionId: string): void {
      this.positions = this.positions.map((held) =>
        held.deskId === desk.deskId && held.symbol === symbol ? { ...held, positionId } : held,
      );
      tell({ type: 'books.changed', runId: null, payload: null });
    },
    /** Why arming is refused; null where it is not. */
    armRefusal: null as string | null,
    setTrading(mode: SystemState['trading']['mode'], reason: string): void {
      state.trading = { mode, reason, setBy: 'a person', actor: 'a person', sinceMs: MARKET_NOW_MS };
      tell({ type: 'state.changed', runId: null, payload: null });
    },
    setPaused(paused: boolean): void {
      desk.paused = paused;
      tell({ type: 'desk.changed', runId: null, payload: null });
    },
  };
}

export const NODE_NAMES = NodeName.options;

function withoutBodies(span: Span): Span {
  return { ...span, input: null, output: null };
}

function pastRunsOf(count: number): FakeRun[] {
  return Array.from({ length: count }, (_, index) =>
    fakeRun(`run-${String(count - index).padStart(3, '0')}`, OUTCOMES[(index + 1) % OUTCOMES.length]!, {
      agoMs: (index + 1) * CYCLE_MS,
      decidedBy: index % 3 === 2 ? 'rules' : 'model',
      kind: index === 3 ? 'analysis' : 'cycle',
    }),
  );
}

function fakeState(): SystemState {
  return {
    mode: 'paper',
    trading: {
      mode: 'active',
      reason: 'Armed at start: paper account, fresh data, no open breaker event.',
      setBy: 'start-up',
      actor: 'start-up',
      sinceMs: MARKET_NOW_MS - 26 * 3_600_000,
    },
    breaker: { level: 'clear', reasons: [], atMs: MARKET_NOW_MS },
    market: {
      source: { kind: 'generator', name: 'generator seed 7', synthetic: true },
      nowMs: MARKET_NOW_MS,
      speed: 60,
      endsAtMs: null,
      finished: false,
    },
    model: {
      ...{ configured: true, name: 'gpt-4.1-mini', status: 'up', sinceMs: null, reason: null },
      ...{ answering: 'gpt-4.1-mini', whenDown: 'no_new_risk', mode: 'premium', budgetSpent: false },
      budget: { spentUsd: 0.42, untoldUsd: 0, limitUsd: 5 },
    },
  };
}

function fakeDeskRow(): Desk {
  return {
    deskId: 'main',
    name: 'Main desk',
    symbols: [...SYMBOLS],
    intervalMs: 900_000,
    paused: false,
    cyclesRun: 1_284,
    ticksSkipped: 3,
    createdAtMs: MARKET_NOW_MS - 30 * 86_400_000,
  };
}
