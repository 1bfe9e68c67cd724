/** What a cycle decided, by its model and by its rules alone, with what is needed to see what became of it. */
import type { DecimalText } from '#domain/decimal.ts';
import type { TradeProposal } from '#domain/proposal.ts';
import type { QAdvice, Signal } from '#domain/signal.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { EpochMs } from '#domain/time.ts';

export interface DecidedOpen {
  readonly proposal: TradeProposal;
  /** What passed of it, after the gate and the Risk agent. */
  readonly quantityBase: DecimalText;
}

export interface Decisions {
  readonly opens: readonly DecidedOpen[];
  /** Symbols whose position was to be closed. */
  readonly closes: readonly MarketSymbol[];
}

export interface DecidedCycle {
  readonly runId: string;
  readonly deskId: string;
  /** Market time. */
  readonly atMs: EpochMs;
  /** Whether a model decided anything; where none did, both decisions are one and the same. */
  readonly isByModel: boolean;
  readonly model: Decisions;
  readonly rules: Decisions;
  /** Of every sound symbol. */
  readonly signals: ReadonlyMap<MarketSymbol, Signal>;
  readonly qAdvice: ReadonlyMap<MarketSymbol, QAdvice>;
  readonly equityQuote: DecimalText | null;
  /** Null when the price of one of its calls is unknown. */
  readonly costUsd: number | null;
}

/** Who is compared. */
export type Decider = 'model' | 'rules';
