/** The API's answers, in the domain's own types. */
import type { Account, ProtectedPosition, Trade } from '#domain/account.ts';
import type { Approval } from '#domain/approval.ts';
import type { Order } from '#domain/order.ts';
import type { CycleRecord } from '#domain/run.ts';
import type { RunTrace } from '#domain/run-trace.ts';

export interface Page<Row> {
  readonly items: readonly Row[];
  readonly nextCursor: string | null;
}

interface OfDesk {
  readonly deskId: string;
}

export type DeskPosition = ProtectedPosition & OfDesk;
/** With the runs whose orders opened and closed it; null where the order was not one of ours. */
export type DeskTrade = Trade &
  OfDesk & { readonly openedByRunId: string | null; readonly closedByRunId: string | null };

/** With the run that sent it where it is ours, and the position it stands beside. */
export type DeskOrder = Order &
  OfDesk & { readonly runId: string | null; readonly positionId: string | null };

export interface AccountAnswer {
  readonly account: Account | null;
}

export interface ApprovalPage extends Page<Approval> {
  /** The server's wall clock when it answered. */
  readonly nowMs: number;
}

export type RunAnswer = RunTrace & { readonly record: CycleRecord | null };

/** What became of the wish to halt or arm: nothing, when the state stood already. */
export interface StateVerdict {
  readonly changed: boolean;
  readonly message: string;
  readonly warning: string | null;
}

/** What became of the wish to close one position. */
export interface CloseVerdict extends Pick<DeskPosition, 'positionId' | 'side' | 'quantityBase'> {
  readonly symbol: string;
  readonly outcome: 'sent' | 'gone' | 'denied' | 'failed';
  readonly message: string;
}

export interface StartedRun {
  readonly runId: string;
}

/** RFC 9457, with our code and the id to find it in the log. */
export interface Problem {
  readonly title: string;
  readonly status: number;
  readonly detail: string | null;
  readonly code: string;
  readonly correlationId: string | null;
}

export interface CloseAnswer {
  readonly items: readonly CloseVerdict[];
  readonly entriesGivenUp: number;
}

/** What became of an emergency close; the desk is halted whatever it says. */
export interface EmergencyAnswer extends CloseAnswer {
  readonly ordersCancelled: number;
  readonly failed: readonly string[];
}

export interface WithdrawnEntry {
  readonly notes: readonly { readonly action: string; readonly detail: string }[];
}
