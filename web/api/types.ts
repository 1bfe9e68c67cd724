/** The API's answers, in the domain's own types. */
import type { Account, ProtectedPosition, Trade } from '#domain/account.ts';
import type { RunDetail } from '#domain/desk-event.ts';
import type { CycleRecord } from '#domain/run.ts';

export interface Page<Row> {
  readonly items: readonly Row[];
  readonly nextCursor: string | null;
}

interface OfDesk {
  readonly deskId: string;
}

export type DeskPosition = ProtectedPosition & OfDesk;
export type DeskTrade = Trade & OfDesk;

export interface AccountAnswer {
  readonly account: Account | null;
}

export type RunAnswer = RunDetail & { readonly record: CycleRecord | null };

/** What became of the wish to halt or arm: nothing, when the state stood already. */
export interface StateVerdict {
  readonly changed: boolean;
  readonly message: string;
  readonly warning: string | null;
}

/** What became of the wish to close one position. */
export interface CloseVerdict extends Pick<DeskPosition, 'positionId' | 'side' | 'quantityBase'> {
  readonly symbol: string;
  readonly outcome: 'sent' | 'denied' | 'failed';
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
