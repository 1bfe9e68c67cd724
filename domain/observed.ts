import { z } from 'zod';
import { Position, Trade } from './account.ts';
import { DecimalText } from './decimal.ts';
import { Order } from './order.ts';
import { MarketSymbol } from './symbol.ts';
import { EpochMs } from './time.ts';
import { AtRisk, BreakerLevel, BreakerReason, TradingMode, TradingState } from './trading-state.ts';

const EquityMarks = z.object({
  dayStartQuote: DecimalText.nullable(),
  peakQuote: DecimalText.nullable(),
});

const RecentTrading = z.object({
  trades: z
    .array(
      Trade.pick({
        symbol: true,
        side: true,
        netQuote: true,
        openedAtMs: true,
        closedAtMs: true,
        exitReason: true,
      }),
    )
    .readonly(),
  venueFailuresAtMs: z.array(EpochMs).readonly(),
});

/** What the breaker node left, before anybody was asked. */
export const Assessed = z.object({
  level: BreakerLevel,
  reasons: z.array(BreakerReason).readonly(),
  tradingState: TradingState,
  equityMarks: EquityMarks,
});
export type Assessed = z.infer<typeof Assessed>;

/** What the gate was told beyond the run's own state. */
export const SeenAtGate = z.object({
  /** The mode that others had set while the run thought; null where it was the run's own. */
  movedTo: TradingMode.nullable(),
  atRisk: AtRisk.nullable(),
  equityMarks: EquityMarks,
  recentTrading: RecentTrading,
  /** Prices that were pushed since the snapshot; where there is none the snapshot's own counts. */
  newerPrices: z.record(MarketSymbol, z.object({ priceQuote: z.number().positive(), atMs: EpochMs })),
});
export type SeenAtGate = z.infer<typeof SeenAtGate>;

/** What a run saw beside its frozen market: with it the run can be decided again on the same facts. */
export const Observed = z.object({
  /** What it was asked to look at. */
  symbols: z.array(MarketSymbol).readonly(),
  positions: z.array(Position).readonly(),
  /** Orders that may open a position, those of entries that have begun included. */
  openEntries: z.array(Order).readonly(),
  unknownOutcomes: z.number().int().nonnegative(),
  /** Why the venue could not be read; null where it could. */
  unread: z.object({ code: z.string(), message: z.string() }).nullable(),
  tradingState: TradingState,
  /** Null where the run ended before. */
  assessed: Assessed.nullable(),
  gate: SeenAtGate.nullable(),
});
export type Observed = z.infer<typeof Observed>;
