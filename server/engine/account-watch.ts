/**
 * Judges each account after every look of the guard: a loss over its limit tightens the trading state in that second, not
 * with the next cycle. What was told is kept in the trading state, so a crossing is told once, whoever restarts.
 */
import type { Account } from '#domain/account.ts';
import { decimal } from '#domain/decimal.ts';
import type { EquityPoint } from '#domain/desk-event.ts';
import { DAY_MS, type EpochMs } from '#domain/time.ts';
import type { BreakerReason } from '#domain/trading-state.ts';
import type { TradingStateStore } from '#graphs/deps.ts';
import { type AccountAssessment, assessAccount } from '#tools/breaker/assess-account.ts';
import type { EquityMarks } from '#tools/risk/gate-context.ts';
import type { RiskLimits } from '#tools/risk/limits.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Remembered, Remembers } from './remembers.ts';
import { SET_BY_GUARD, type TripDesk, type Trips } from './trips.ts';

export interface AccountWatchOptions {
  readonly tradingState: Pick<TradingStateStore, 'read' | 'tighten'>;
  readonly equityMarks: {
    of(deskId: string, atMs: EpochMs): Promise<EquityMarks>;
    add(deskId: string, point: EquityPoint): Promise<void>;
  };
  readonly trips: Pick<Trips, 'trip'>;
  readonly limits: Pick<RiskLimits, 'dailyLoss' | 'drawdown'>;
  /** What an earlier watch has judged last. */
  readonly remembered?: Remembered<JudgedAccount>;
  /** Told when a desk's state is another one. */
  readonly onState: (deskId: string) => Promise<unknown>;
  readonly logger: Logger;
}

export interface AccountWatch {
  /** Never throws: an account that cannot be judged is told, and judged with the next look. */
  judge(desk: TripDesk, account: Account): Promise<void>;
}

/** An account as it was judged last, and what that asked for. */
export type JudgedAccount = Account & Pick<AccountAssessment, 'asks'>;

export function createAccountWatch(
  options: AccountWatchOptions,
): AccountWatch & Remembers<Remembered<JudgedAccount>> {
  const { tradingState, equityMarks, trips, limits, onState, logger } = options;
  const judged = new Map<string, JudgedAccount>(options.remembered);
  const unjudged = new Set<string>();

  function keep(deskId: string, { asOfMs, equityQuote, balanceQuote }: Account): Promise<void> {
    return equityMarks.add(deskId, { atMs: asOfMs, equityQuote, balanceQuote });
  }

  /** What losses are measured from, with what happened between the cycles: each new peak, and the last of each day. */
  async function marksOf(deskId: string, account: Account): Promise<EquityMarks> {
    const last = judged.get(deskId);
    if (last && dayOf(last) < dayOf(account)) await keep(deskId, last);
    const marks = await equityMarks.of(deskId, account.asOfMs);
    if (marks.peakQuote !== null && decimal(account.equityQuote).lte(marks.peakQuote)) return marks;
    await keep(deskId, account);
    return equityMarks.of(deskId, account.asOfMs);
  }

  async function judge(desk: TripDesk, account: Account): Promise<void> {
    const { deskId } = desk;
    if (isAsBefore(account, judged.get(deskId))) return;
    const marks = await marksOf(deskId, account);
    const { asks, reasons } = assessAccount({ account, equityMarks: marks, limits });
    if (asks !== null) await tighten(desk, account, { asks, reasons });
    judged.set(deskId, { ...account, asks });
  }

  async function tighten(
    desk: TripDesk,
    account: Account,
    { asks, reasons }: Pick<AccountAssessment, 'asks' | 'reasons'>,
  ): Promise<void> {
    const { deskId } = desk;
    const { mode, endsBy } = await tradingState.read(deskId);
    // A halt that was to end by the market's recovery waits for a person from now on.
    const isHalted = mode === 'halted' && endsBy !== 'recovery';
    if (isHalted || (asks === 'reducing' && mode !== 'active')) return;
    const tripped = reasons.filter(({ level }) => level === 'tripped');
    // Whoever arms the desk before its next cycle begins with what was left now.
    await Promise.all([
      asks === 'halted'
        ? trips.trip([desk], { reasons: tripped, endsBy: 'person' })
        : reduce(deskId, account, reasons),
      keep(deskId, account),
    ]);
    await onState(deskId);
  }

  async function reduce(
    deskId: string,
    { asOfMs }: Account,
    reasons: readonly BreakerReason[],
  ): Promise<void> {
    const reason = reasons.map(({ message }) => message).join('; ');
    await tradingState.tighten(deskId, 'reducing', { reason, setBy: SET_BY_GUARD, atMs: asOfMs });
    logger.warn({ deskId, reasons }, 'the account asks for closes only');
  }

  return {
    remembers: () => [...judged],
    async judge(desk, account) {
      const { deskId } = desk;
      try {
        await judge(desk, account);
        unjudged.delete(deskId);
      } catch (err) {
        if (!unjudged.has(deskId)) logger.warn({ deskId, err }, 'the account could not be judged');
        unjudged.add(deskId);
      }
    },
  };
}

/** The same equity on the same day asks the same: a desk that holds nothing is not looked up every second. */
function isAsBefore(account: Account, last: JudgedAccount | undefined): boolean {
  return last?.asks === null && last.equityQuote === account.equityQuote && dayOf(last) === dayOf(account);
}

function dayOf({ asOfMs }: Account): number {
  return Math.floor(asOfMs / DAY_MS);
}
