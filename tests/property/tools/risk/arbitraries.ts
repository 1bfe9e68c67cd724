/** Sound but narrow markets, accounts and limits, and proposals that often touch several limits at once. */
import fc from 'fast-check';
import type { Position } from '#domain/account.ts';
import { decimal, decimalText } from '#domain/decimal.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { Funding } from '#domain/market.ts';
import type { Order } from '#domain/order.ts';
import type { TradeProposal } from '#domain/proposal.ts';
import { HOUR_MS } from '#domain/time.ts';
import { accountOf, NOW_MS, positionOf, proposalOf } from '#tests/support/agent-fixtures.ts';
import { instrumentOf, restingEntry, UNIVERSE } from '#tests/unit/tools/risk/made-gate.ts';
import { type Correlations, pairOf } from '#tools/regime/market-correlation.ts';
import type { GateContext, RecentTrade } from '#tools/risk/gate-context.ts';
import { DEFAULT_LIMITS, type RiskLimits } from '#tools/risk/limits.ts';

const unitsOf = (units: number, places: number) => decimalText(decimal(units).times(`1e-${places}`));
/** The first of two, four times in five. */
const mostly = <Value>(usual: fc.Arbitrary<Value>, rare: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 4, arbitrary: usual }, { weight: 1, arbitrary: rare });
const leverageLimits = mostly(fc.integer({ min: 5, max: 50 }), fc.integer({ min: 1, max: 50 }));
const fraction = (min: number, max: number) => fc.double({ min, max, noNaN: true });

export const instruments = (symbol: string): fc.Arbitrary<Instrument> =>
  fc
    .record({
      stepPlaces: fc.integer({ min: 3, max: 6 }),
      stepUnits: fc.constantFrom(1, 5, 3),
      minSteps: fc.integer({ min: 1, max: 10 }),
      maxSteps: mostly(
        fc.integer({ min: 1_000_000, max: 10_000_000_000 }),
        fc.integer({ min: 1, max: 5_000 }),
      ),
      minNotional: fc.integer({ min: 0, max: 20 }),
      maxLeverage: mostly(fc.integer({ min: 5, max: 125 }), fc.integer({ min: 1, max: 5 })),
      takerFeeFraction: mostly(fc.constantFrom(0, 0.0002, 0.0005, 0.001), fc.constant(0.01)),
      maintenanceMarginFraction: fc.constantFrom(0, 0.004, 0.01, 0.025),
    })
    .map(({ stepPlaces, stepUnits, minSteps, maxSteps, minNotional, ...rest }) =>
      instrumentOf(symbol, {
        ...rest,
        quantityStepBase: unitsOf(stepUnits, stepPlaces),
        minQuantityBase: unitsOf(stepUnits * minSteps, stepPlaces),
        // Not a multiple of the step, as some venues tell it.
        maxQuantityBase: decimalText(decimal(unitsOf(stepUnits * maxSteps, stepPlaces)).plus('0.0000007')),
        minNotionalQuote: String(minNotional),
      }),
    );

const hours = (min: number, max: number) => fc.integer({ min, max }).map((count) => count * HOUR_MS);
const protections: fc.Arbitrary<RiskLimits['protections']> = fc.record({
  lossStreak: fc.record({ losses: fc.integer({ min: 1, max: 10 }), pauseMs: hours(1, 72) }),
  stopGuard: fc.record({
    stops: fc.integer({ min: 1, max: 5 }),
    windowMs: hours(6, 72),
    pauseMs: hours(1, 72),
  }),
  stopCooldownMs: hours(1, 24),
  venueFailures: fc.record({ failures: fc.integer({ min: 1, max: 20 }), windowMs: fc.constant(HOUR_MS) }),
  maxOpensPerHour: fc.integer({ min: 1, max: 20 }),
  minHoldMs: fc.constant(0),
});

/** Closed within the last three days, newest first, in the universe. */
const recentTrades: fc.Arbitrary<RecentTrade[]> = fc
  .array(
    fc.record({
      symbol: fc.constantFrom(...UNIVERSE),
      side: fc.constantFrom('long' as const, 'short' as const),
      netQuote: fc.constantFrom('-12.5', '0', '8'),
      exitReason: fc.constantFrom(
        'stop' as const,
        'target' as const,
        'exit' as const,
        'liquidation' as const,
      ),
      closedAgoMs: fc.integer({ min: 0, max: 72 * HOUR_MS }),
      heldMs: fc.integer({ min: 0, max: 4 * HOUR_MS }),
    }),
    { maxLength: 8 },
  )
  .map((trades) =>
    trades
      .sort((left, right) => left.closedAgoMs - right.closedAgoMs)
      .map(({ closedAgoMs, heldMs, ...trade }) => ({
        ...trade,
        closedAtMs: NOW_MS - closedAgoMs,
        openedAtMs: NOW_MS - closedAgoMs - heldMs,
      })),
  );

export const riskLimits: fc.Arbitrary<RiskLimits> = fc.record({
  maxOpenPositions: mostly(fc.integer({ min: 4, max: 10 }), fc.integer({ min: 0, max: 4 })),
  riskPerTradeFraction: fraction(0.001, 0.02),
  positionMarginFraction: fraction(0.01, 0.1),
  marginUseFraction: fraction(0.05, 0.9),
  minRewardToRisk: mostly(fraction(2, 2.2), fraction(2, 4)),
  leverage: fc.record({ major: leverageLimits, alt: leverageLimits }),
  positionNotionalMultiple: fc.record({ major: fraction(0.1, 10), alt: fraction(0.1, 1.5) }),
  totalNotionalMultiple: fraction(0.2, 20),
  correlatedNotionalMultiple: mostly(fraction(1, 10), fraction(0.1, 1)),
  fundingShareOfRisk: mostly(fc.constant(1), fraction(0.01, 1)),
  minOrderQuote: fc.option(fraction(1, 100), { freq: 3 }),
  maxOrderQuote: fc.option(fraction(100, 100_000), { freq: 3 }),
  symbolWhitelist: mostly(fc.constant(null), fc.constant(UNIVERSE.slice(0, 2))),
  tradingHours: mostly(fc.constant(null), fc.constant([{ fromMinute: 0, toMinute: 7 * 24 * 60 }])),
  maxPriceAgeMs: fc.integer({ min: 60_000, max: 900_000 }),
  minOpenInterestQuote: fc.constantFrom(null, 15_000_000),
  dailyLoss: fc.constant({ warnFraction: 0.015, reduceFraction: 0.02, haltFraction: 0.03 }),
  drawdown: fc.constant({ warnFraction: 0.05, haltFraction: 0.1 }),
  fallbackStopFraction: fc.constant(0.02),
  protectWithinMs: fc.constant(DEFAULT_LIMITS.protectWithinMs),
  protections: mostly(fc.constant(DEFAULT_LIMITS.protections), protections),
  exitRules: fc.constant(DEFAULT_LIMITS.exitRules),
});

const price = fc.integer({ min: 500, max: 5_000_000 }).map((units) => unitsOf(units, 3));

/** An open whose stop and target usually lie well; `lastQuote` is the entry or a little beside it. */
export function opens(symbol: string): fc.Arbitrary<{ proposal: TradeProposal; lastQuote: number }> {
  return fc
    .record({
      entry: price,
      side: fc.constantFrom('long' as const, 'short' as const),
      stopFraction: mostly(fraction(0.005, 0.1), fraction(0.0005, 0.2)),
      reward: mostly(fraction(2.3, 6), fraction(1, 3)),
      quantityBase: fc.integer({ min: 5_000, max: 1_000_000_000 }).map((units) => unitsOf(units, 4)),
      leverage: mostly(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 60 })),
      drift: fc.oneof(fc.constant(0), fraction(-0.003, 0.003)),
    })
    .map(({ entry, side, stopFraction, reward, quantityBase, leverage, drift }) => {
      const direction = side === 'long' ? 1 : -1;
      const at = (distance: number) => decimalText(decimal(entry).times(decimal(1 + direction * distance)));
      const proposal = proposalOf(symbol, {
        proposalId: `${symbol}-open`,
        side,
        quantityBase,
        entryPriceQuote: entry,
        stopPriceQuote: at(-stopFraction),
        targetPriceQuote: at(Math.min(0.95, stopFraction * reward + 0.01)),
        leverage,
      });
      return { proposal, lastQuote: Number(entry) * (1 + drift) };
    });
}

const held = (symbol: string): fc.Arbitrary<Position> =>
  fc
    .record({
      quantity: fc.integer({ min: 1, max: 10_000 }),
      mark: price,
      side: fc.constantFrom('long' as const, 'short' as const),
    })
    .map(({ quantity, mark, side }) =>
      positionOf(symbol, { side, quantityBase: unitsOf(quantity, 4), markPriceQuote: mark }),
    );

const resting = (symbol: string): fc.Arbitrary<Order> =>
  fc
    .record({
      quantity: fc.integer({ min: 2, max: 10_000 }),
      filled: fraction(0, 1),
      priceQuote: price,
      leverage: fc.integer({ min: 1, max: 20 }),
    })
    .map(({ quantity, filled, priceQuote, leverage }) =>
      restingEntry(symbol, {
        quantityBase: unitsOf(quantity, 4),
        filledBase: unitsOf(Math.floor(quantity * filled), 4),
        priceQuote,
        leverage,
      }),
    );

const fundings: fc.Arbitrary<Funding> = fc.record({
  rateFraction: mostly(fraction(-0.0005, 0.0005), fraction(-0.02, 0.02)),
  nextAtMs: fc.constantFrom(NOW_MS, NOW_MS + 4 * HOUR_MS, NOW_MS + HOUR_MS),
});

/** Every pair of the universe with this correlation; none where nobody knows it. */
function everyPair(correlation: number | null): Correlations {
  if (correlation === null) return new Map();
  return new Map(UNIVERSE.flatMap((left) => UNIVERSE.map((right) => [pairOf(left, right), correlation])));
}

export interface Situation {
  readonly context: GateContext;
  readonly proposals: readonly TradeProposal[];
}

/** A whole desk: an open for some of the universe, positions and resting entries in the rest of it. */
export const situations: fc.Arbitrary<Situation> = fc
  .record({
    limits: riskLimits,
    equity: fc.integer({ min: 1_000_000, max: 100_000_000 }),
    usedShare: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fraction(0, 1.2)),
    freeShare: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fraction(0, 1)),
    wanted: fc.tuple(...UNIVERSE.slice(0, 3).map((symbol) => fc.tuple(opens(symbol), instruments(symbol)))),
    count: fc.integer({ min: 1, max: 3 }),
    position: fc.option(held('XRP/USDT:USDT')),
    order: fc.option(resting('BNB/USDT:USDT')),
    correlation: fc.option(fraction(-1, 1)),
    funding: fc.option(fundings),
    trades: mostly(fc.constant<RecentTrade[]>([]), recentTrades),
    failures: mostly(fc.constant(0), fc.nat({ max: 20 })),
    ageMs: mostly(fc.integer({ min: 0, max: 60_000 }), fc.integer({ min: 60_000, max: 900_000 })),
  })
  .map(({ limits, equity, usedShare, freeShare, wanted, count, position, order, ...facts }) => {
    const equityQuote = unitsOf(equity, 2);
    const account = accountOf({
      equityQuote,
      balanceQuote: equityQuote,
      marginUsedQuote: unitsOf(Math.floor(equity * usedShare), 2),
      availableQuote: unitsOf(Math.floor(equity * freeShare), 2),
    });
    const chosen = wanted.slice(0, count);
    return {
      proposals: chosen.map(([{ proposal }]) => proposal),
      context: {
        limits,
        nowMs: NOW_MS,
        priceAgesMs: new Map(UNIVERSE.map((symbol) => [symbol, facts.ageMs])),
        priceStepMs: 0,
        fundings: new Map(UNIVERSE.map((symbol) => [symbol, facts.funding])),
        correlations: everyPair(facts.correlation),
        recentTrading: {
          trades: facts.trades,
          venueFailuresAtMs: Array<number>(facts.failures).fill(NOW_MS),
        },
        tradingMode: 'active',
        account,
        positions: position === null ? [] : [position],
        openOrders: order === null ? [] : [order],
        instruments: new Map(chosen.map(([, instrument]) => [instrument.symbol, instrument])),
        lastPricesQuote: new Map(chosen.map(([{ proposal, lastQuote }]) => [proposal.symbol, lastQuote])),
        openInterestsQuote: new Map(chosen.map(([{ proposal }]) => [proposal.symbol, 15_000_000])),
        equityMarks: { dayStartQuote: equityQuote, peakQuote: equityQuote },
        unknownOutcomes: 0,
        unansweredAsks: 0,
      },
    };
  });

/** What can be wrong around an open: any of it must deny, none of it may touch a close. */
export const troubles: fc.Arbitrary<Partial<GateContext>> = fc.record(
  {
    tradingMode: fc.constantFrom('active' as const, 'reducing' as const, 'halted' as const),
    account: fc.constantFrom(
      null,
      accountOf({ equityQuote: '0', availableQuote: '0' }),
      accountOf({ equityQuote: '-12.5', availableQuote: '0' }),
    ),
    unknownOutcomes: fc.nat({ max: 5 }),
    unansweredAsks: fc.nat({ max: 2 }),
    equityMarks: fc.constantFrom(
      { dayStartQuote: '999999999', peakQuote: '999999999' },
      { dayStartQuote: null, peakQuote: null },
    ),
    lastPricesQuote: fc.constantFrom(new Map(), new Map(UNIVERSE.map((symbol) => [symbol, Number.NaN]))),
    openInterestsQuote: fc.constantFrom(new Map(), new Map(UNIVERSE.map((symbol) => [symbol, 1]))),
    nowMs: fc.constantFrom(0, Number.MAX_SAFE_INTEGER),
    priceAgesMs: fc.constantFrom(
      new Map(),
      new Map(UNIVERSE.map((symbol) => [symbol, 900_001])),
      new Map(UNIVERSE.map((symbol) => [symbol, Number.NaN])),
    ),
    fundings: fc.constantFrom(
      new Map(UNIVERSE.map((symbol) => [symbol, { rateFraction: 0.9, nextAtMs: NOW_MS }])),
      new Map(UNIVERSE.map((symbol) => [symbol, { rateFraction: Number.NaN, nextAtMs: NOW_MS }])),
    ),
    recentTrading: fc.record({
      trades: recentTrades,
      venueFailuresAtMs: fc.constant(Array<number>(20).fill(NOW_MS)),
    }),
    correlations: fc.constantFrom(everyPair(Number.NaN), everyPair(7)),
    instruments: fc.constantFrom(
      new Map(),
      new Map(UNIVERSE.map((symbol) => [symbol, instrumentOf(symbol, { maxLeverage: 1 })])),
    ),
  },
  { requiredKeys: [] },
);
