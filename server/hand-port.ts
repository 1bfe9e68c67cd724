/** What the HTTP border needs to take something off by hand. */
import type { Position, PositionSide } from '#domain/account.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { EntryNote } from '#tools/orders/work-entries.ts';

/** Which positions to close; null does not narrow it. Only those of the running market are ever meant. */
export interface PositionChoice {
  readonly deskId: string | null;
  readonly symbol: MarketSymbol | null;
  readonly side: PositionSide | null;
  /** This very position, and none that has taken its place since. */
  readonly positionId: string | null;
}

/** What was asked of one position: an order sent, or why not. */
export interface CloseAnswer {
  readonly verdicts: readonly CloseVerdict[];
  /** Entries that would have enlarged what was to be closed, or opened it yet. */
  readonly entriesGivenUp: number;
}

export interface EmergencyAnswer extends CloseAnswer {
  /** Orders that rested to open something. */
  readonly ordersCancelled: number;
  /** What could not be cancelled, in words; the next look tries again. */
  readonly failed: readonly string[];
}

export interface WithdrawnEntry {
  readonly deskId: string;
  readonly entryId: string;
  readonly notes: readonly EntryNote[];
}

export interface CloseVerdict extends Pick<Position, 'positionId' | 'symbol' | 'side' | 'quantityBase'> {
  readonly deskId: string;
  /** `gone`: closed by somebody else while this call waited for its turn. */
  readonly outcome: 'sent' | 'gone' | 'denied' | 'failed';
  readonly message: string;
}

export interface HandPort {
  /** Closes at market what is chosen, desk by desk. Nothing open gives an empty list. */
  closePositions(choice: PositionChoice, reason: string): Promise<CloseAnswer>;
  /** Halts the desk, takes its entries off and closes all it holds. */
  emergencyClose(deskId: string, reason: string): Promise<EmergencyAnswer>;
  /** @throws AppError `not_found` when it is not at work any more */
  withdrawEntry(
    entry: { readonly deskId: string; readonly entryId: string },
    reason: string,
  ): Promise<WithdrawnEntry>;
}
