/**
 * What an opening needs of the desk's own last days. All of it is told by stored trades, orders and positions, so that a
 * restart forgets nothing, and ends by itself: a pause counts from what began it.
 */
import { decimal } from '#domain/decimal.ts';
import type { Finding, TradeProposal } from '#domain/proposal.ts';
import { type EpochMs, HOUR_MS, isoTime } from '#domain/time.ts';
import { deny } from './findings.ts';
import type { GateContext, RecentTrade } from './gate-context.ts';
import { isOpening } from './size-limits.ts';

/** A rule that asks what was traded of late and what stands now, and nothing of the market. */
export type ProtectionRule = (
  proposal: Pick<TradeProposal, 'symbol' | 'side'>,
  context: Pick<GateContext, 'recentTrading' | 'positions' | 'openOrders' | 'growing' | 'nowMs' | 'limits'>,
) => Finding[];

/** A trade that is won later does not end the pause: it was open before. */
const lossStreak: ProtectionRule = (_proposal, { recentTrading: { trades }, nowMs, limits }) => {
  const { losses, pauseMs } = limits.protections.lossStreak;
  const lostUntil = (last: number) => {
    const won = trades.findIndex((trade, i) => i >= last && !isLost(trade));
    return (won < 0 ? trades.length : won) - last;
  };
  return pausing(trades, { nowMs, pauseMs, limit: losses, countAt: lostUntil }).map(({ value, untilMs }) => {
    const message = `${value} trades were lost in a row, the limit is ${losses}: nothing opens before ${isoTime(untilMs)}`;
    return deny('loss_streak', { value, limit: losses, message });
  });
};

const stopGuard: ProtectionRule = ({ symbol, side }, { recentTrading, nowMs, limits }) => {
  const { stops, windowMs, pauseMs } = limits.protections.stopGuard;
  const lost = recentTrading.trades.filter(
    (trade) => trade.symbol === symbol && trade.side === side && isStopped(trade) && isLost(trade),
  );
  const withinWindow = (last: number) => {
    const fromMs = (lost[last]?.closedAtMs ?? 0) - windowMs;
    return lost.slice(last).filter(({ closedAtMs }) => closedAtMs > fromMs).length;
  };
  return pausing(lost, { nowMs, pauseMs, limit: stops, countAt: withinWindow }).map(({ value, untilMs }) => {
    const message = `${value} stops of a ${side} in ${symbol} were lost within ${windowMs / HOUR_MS} h, the limit is ${stops}: none opens before ${isoTime(untilMs)}`;
    return deny('stop_guard', { value, limit: stops, message });
  });
};

const stopCooldown: ProtectionRule = ({ symbol }, { recentTrading, nowMs, limits }) => {
  const limit = limits.protections.stopCooldownMs;
  const stopped = recentTrading.trades.find((trade) => trade.symbol === symbol && isStopped(trade));
  if (stopped === undefined || nowMs >= stopped.closedAtMs + limit) return [];
  const value = nowMs - stopped.closedAtMs;
  const message = `${symbol} was stopped out ${Math.max(0, Math.floor(value / 1_000))} s ago and is left alone for ${limit / 1_000} s`;
  return [deny('stop_cooldown', { value, limit, message })];
};

const venueFailures: ProtectionRule = (_proposal, { recentTrading, nowMs, limits }) => {
  const { failures: limit, windowMs } = limits.protections.venueFailures;
  const value = since(nowMs - windowMs, recentTrading.venueFailuresAtMs);
  if (value < limit) return [];
  const message = `the venue failed ${value} orders within ${windowMs / 60_000} min, the limit is ${limit}`;
  return [deny('venue_failing', { value, limit, message })];
};

/** An entry that has begun is one open however many orders it takes. */
const churn: ProtectionRule = (
  _proposal,
  { recentTrading, positions, openOrders, growing, nowMs, limits },
) => {
  const limit = limits.protections.maxOpensPerHour;
  const others = positions.filter(({ symbol }) => symbol !== growing?.symbol);
  const opening = new Set(openOrders.filter(isOpening).map(({ symbol }) => symbol));
  for (const { symbol } of positions) opening.delete(symbol);
  const opened = [...others, ...recentTrading.trades].map(({ openedAtMs }) => openedAtMs);
  const value = since(nowMs - HOUR_MS, opened) + opening.size;
  if (value < limit) return [];
  const message = `${value} positions were opened within the hour, the limit is ${limit}`;
  return [deny('churn_over_limit', { value, limit, message })];
};

/**
 * The last trade that reached a limit, if its pause is not over; none or one. Each trade of the pause is looked at, since
 * what follows one may be fewer again and must not end what it began.
 */
function pausing(
  trades: readonly RecentTrade[],
  of: {
    readonly nowMs: EpochMs;
    readonly pauseMs: number;
    readonly limit: number;
    /** How many there were when the trade at this place had closed. */
    readonly countAt: (place: number) => number;
  },
): { value: number; untilMs: EpochMs }[] {
  const found = trades.findIndex((_trade, place) => of.countAt(place) >= of.limit);
  const last = trades[found];
  if (last === undefined || of.nowMs >= last.closedAtMs + of.pauseMs) return [];
  return [{ value: of.countAt(found), untilMs: last.closedAtMs + of.pauseMs }];
}

function since(fromMs: EpochMs, timesMs: readonly EpochMs[]): number {
  return timesMs.filter((atMs) => atMs > fromMs).length;
}

function isLost({ netQuote }: RecentTrade): boolean {
  return decimal(netQuote).lt(0);
}

/** A stop that had moved into profit is one too: the price has just turned there. */
function isStopped({ exitReason }: RecentTrade): boolean {
  return exitReason === 'stop' || exitReason === 'liquidation';
}

export const PROTECTION_RULES: readonly ProtectionRule[] = [
  lossStreak,
  stopGuard,
  stopCooldown,
  venueFailures,
  churn,
];
