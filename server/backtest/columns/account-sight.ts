/** What the account protections may have to say of an equity, and the curve as the guard and the cycles would keep it. */
import { DAY_MS, type EpochMs, MINUTE_MS } from '#domain/time.ts';
import type { TradingState } from '#domain/trading-state.ts';
import type { EquityColumn } from '#tools/columns/equity-column.ts';
import type { RiskLimits } from '#tools/risk/limits.ts';

export type AccountLimits = Pick<RiskLimits, 'dailyLoss' | 'drawdown'>;

/** Rounding of doubles against decimals. */
const EPSILON = 1e-9;
/** How long a `reducing` stands at least (graphs/nodes/guard.ts). */
const REDUCING_AT_LEAST_MS = 30 * MINUTE_MS;

export class AccountSight {
  readonly #curve: EquityColumn;
  readonly #limits: AccountLimits;
  #atMs: EpochMs = 0;
  #equity = Number.NaN;
  #balance = Number.NaN;
  /** As the guard has judged it last. */
  #judgedAtMs = Number.NaN;
  #judged = Number.NaN;
  #judgedBalance = Number.NaN;

  constructor(curve: EquityColumn, limits: AccountLimits) {
    this.#curve = curve;
    this.#limits = limits;
  }

  /** A bar has closed. On a new day the last reading of the one before is kept first. */
  newBar(atMs: EpochMs): void {
    this.#atMs = atMs;
    if (dayOf(this.#judgedAtMs) < dayOf(atMs))
      this.#curve.putPast(this.#judgedAtMs, this.#judged, this.#judgedBalance);
  }

  /** The desk has told the account as it stands now. */
  told(equityQuote: number, balanceQuote: number): void {
    this.#equity = equityQuote;
    this.#balance = balanceQuote;
    this.#judge();
  }

  /** The bar was passed over, and the account stands so. */
  carry(equityQuote: number, balanceQuote: number): void {
    this.#equity = equityQuote;
    this.#balance = balanceQuote;
    if (this.#judged === equityQuote && dayOf(this.#judgedAtMs) === dayOf(this.#atMs)) return;
    const { peakQuote } = this.#curve.marksAt(this.#atMs);
    if (!(equityQuote <= peakQuote)) this.#curve.putHigher(this.#atMs, equityQuote, balanceQuote);
    this.#judge();
  }

  /** A cycle was passed over: its record would have kept the account. */
  record(): void {
    this.#curve.put(this.#atMs, this.#equity, this.#balance);
  }

  /** Whether the guard may have to tighten the trading state at this equity. */
  mayAct(equityQuote: number, { mode, endsBy }: TradingState): boolean {
    if (mode === 'halted' && endsBy !== 'recovery') return false;
    const { day, peak } = this.#losses(equityQuote);
    const { dailyLoss, drawdown } = this.#limits;
    if (reaches(day, dailyLoss.haltFraction) || reaches(peak, drawdown.haltFraction)) return true;
    return mode === 'active' && reaches(day, dailyLoss.reduceFraction);
  }

  /** Whether a cycle may move the trading state by this account: towards `reducing`, or back from it. */
  mayTurn({ mode, sinceMs }: TradingState): boolean {
    if (mode === 'halted') return false;
    const { day, peak } = this.#losses(this.#equity);
    const { dailyLoss, drawdown } = this.#limits;
    if (mode === 'active')
      return reaches(day, dailyLoss.warnFraction) || reaches(peak, drawdown.warnFraction);
    const isClear = day < dailyLoss.warnFraction + EPSILON && peak < drawdown.warnFraction + EPSILON;
    return isClear && this.#atMs - sinceMs >= REDUCING_AT_LEAST_MS;
  }

  #judge(): void {
    this.#judgedAtMs = this.#atMs;
    this.#judged = this.#equity;
    this.#judgedBalance = this.#balance;
  }

  #losses(equityQuote: number): { readonly day: number; readonly peak: number } {
    const { dayStartQuote, peakQuote } = this.#curve.marksAt(this.#atMs);
    return { day: 1 - equityQuote / dayStartQuote, peak: 1 - equityQuote / peakQuote };
  }
}

function reaches(lossFraction: number, limit: number): boolean {
  return lossFraction >= limit - EPSILON;
}

function dayOf(atMs: EpochMs): number {
  return Math.floor(atMs / DAY_MS);
}
