/** What models may cost, as the agents see it: asked before calls go out, and by each call that does. */
import type { Allowance, Spending, SpendingMode } from '#domain/spending.ts';
import type { Committed, Shortfall, SpendingLimits } from '#domain/spending-limits.ts';
import type { PricedModel } from './priced-model.ts';

export interface SpendingQuestion {
  readonly runId: string;
  readonly promptSetId: string;
  /** Whose call goes out next; of the Scanner's, everything that follows from it is weighed too. */
  readonly agent: string;
  /** New subjects that could be asked about, and held ones that will be. */
  readonly subjects: number;
  readonly held: number;
  readonly maxSubjects: number;
  /** What the run was allowed before: a run never climbs back. */
  readonly given: Allowance | null;
}

/** Decides what a run may ask, with the steps that led there. */
export type AllowSpending = (asked: SpendingQuestion) => Promise<Spending>;

export type Reserved =
  /** Gives back what was set aside, but for `takenUsd`: that counts until its UTC day is over. */
  { settle(takenUsd: number): Promise<void> } | { readonly refused: Shortfall };

/** Shared by every process of a database, so that calls at the same moment cannot overshoot together. */
export interface Purse {
  readonly limits: SpendingLimits;
  committed(runId: string): Promise<Committed>;
  /** Sets the amount aside unless a limit stands in its way. What is never settled is free again after a while. */
  reserve(asked: { readonly runId: string; readonly usd: number }): Promise<Reserved>;
}

export interface Budget {
  readonly purse: Purse;
  /** What the desk stands on now; a run keeps what it began with. */
  mode(): Promise<SpendingMode>;
  readonly usual: PricedModel;
  /** Null where no cheaper model is configured. */
  readonly cheaper: PricedModel | null;
}
