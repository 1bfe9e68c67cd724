import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FundingPayment, Trade } from '#domain/account.ts';
import { decimal, decimalText, divideDecimals, sumDecimals } from '#domain/decimal.ts';
import type { Fill } from '#domain/order.ts';
import { foldRoundTrips } from '#tools/orders/round-trips.ts';

const SYMBOLS = ['BTC/USDT:USDT', 'ETH/USDT:USDT'];

const cents = (min: number, max: number) =>
  fc.integer({ min, max }).map((value) => decimalText(divideDecimals(decimal(value), decimal(1_000), 3)));

const step = fc.record({
  symbol: fc.constantFrom(...SYMBOLS),
  side: fc.constantFrom('buy', 'sell'),
  quantityBase: cents(1, 5_000),
  priceQuote: cents(50_000, 150_000),
  feeQuote: cents(0, 999),
  laterMs: fc.integer({ min: 0, max: 3 }),
});
const steps = fc.array(step, { maxLength: 40 });

/** What a one-way venue tells of these orders; a fill that closes has realised something. */
function fillsOf(told: readonly (typeof step extends fc.Arbitrary<infer One> ? One : never)[]): Fill[] {
  const heldSteps = new Map<string, number>();
  let atMs = 0;
  return told.map(({ laterMs, ...order }, i) => {
    atMs += laterMs;
    const before = heldSteps.get(order.symbol) ?? 0;
    const signed = (order.side === 'buy' ? 1 : -1) * Math.round(Number(order.quantityBase) * 1_000);
    const isClosing = before !== 0 && Math.sign(before) !== Math.sign(signed);
    heldSteps.set(order.symbol, before + signed);
    return {
      ...order,
      fillId: `f${i}`,
      clientOrderId: `c${i}`,
      venueOrderId: `o${i}`,
      purpose: isClosing ? ('exit' as const) : ('entry' as const),
      liquidity: 'taker' as const,
      // Any exact amount will do: folding adds what it is told.
      realisedQuote: isClosing ? decimalText(decimal(signed).times(order.priceQuote).div(1_000)) : '0',
      atMs,
    };
  });
}

const fundings = fc.array(
  fc.record({
    symbol: fc.constantFrom(...SYMBOLS),
    amountQuote: cents(-500, 500),
    atMs: fc.integer({ min: 0, max: 120 }),
  }),
  { maxLength: 12 },
);

function paymentsOf(
  told: readonly { symbol: string; amountQuote: string; atMs: number }[],
): FundingPayment[] {
  return told.map((payment, i) => ({ ...payment, paymentId: `n${i}`, rateFraction: 0, notionalQuote: '0' }));
}

const sum = (amounts: Iterable<string>) => decimalText(sumDecimals(amounts));
const fold = (fills: readonly Fill[], paid: readonly FundingPayment[] = []) =>
  foldRoundTrips(fills, paid).map(({ trade }) => trade);

/** Fills that close whatever is open, free of charge, so that no rest is left to measure. */
function flatten(fills: readonly Fill[]): Fill[] {
  const last = fills.at(-1);
  if (last === undefined) return [];
  const closing: Fill[] = [];
  for (const symbol of SYMBOLS) {
    const net = sumDecimals(
      fills
        .filter((fill) => fill.symbol === symbol)
        .map(({ side, quantityBase }) => decimal(quantityBase).times(side === 'buy' ? 1 : -1)),
    );
    if (net.eq(0)) continue;
    const side = net.gt(0) ? ('sell' as const) : ('buy' as const);
    const quantityBase = decimalText(net.abs());
    const free = { feeQuote: '0', realisedQuote: '0', purpose: 'exit' as const };
    closing.push({ ...last, ...free, fillId: `flat-${symbol}`, symbol, side, quantityBase });
  }
  return closing;
}

function isConserved(trade: Omit<Trade, 'leverage'>): boolean {
  return decimal(trade.grossQuote).minus(trade.feesQuote).minus(trade.fundingQuote).eq(trade.netQuote);
}

describe('round trips of any fills', () => {
  it('add up to the fills, to the last digit, once everything is closed', () => {
    fc.assert(
      fc.property(steps, (told) => {
        const fills = fillsOf(told);
        const all = [...fills, ...flatten(fills)];
        const trades = fold(all);
        expect(sum(trades.map(({ feesQuote }) => feesQuote))).toBe(
          sum(fills.map(({ feeQuote }) => feeQuote)),
        );
        expect(sum(trades.map(({ grossQuote }) => grossQuote))).toBe(
          sum(fills.map(({ realisedQuote }) => realisedQuote)),
        );
        const traded = sum(all.map(({ quantityBase }) => quantityBase));
        expect(decimalText(sumDecimals(trades.map(({ quantityBase }) => quantityBase)).times(2))).toBe(
          traded,
        );
        expect(trades.every(isConserved)).toBe(true);
      }),
    );
  });

  it('leave in the open rest exactly what the closed ones do not tell', () => {
    fc.assert(
      fc.property(steps, (told) => {
        const fills = fillsOf(told);
        const closed = fold(fills);
        const complete = fold([...fills, ...flatten(fills)]);
        // The rest is what the fills after the last flat point of each symbol carry: closing it for free tells it.
        expect(complete.slice(0, closed.length)).toEqual(closed);
        const rest = complete.slice(closed.length);
        expect(rest.length).toBeLessThanOrEqual(SYMBOLS.length);
        const both = [...closed, ...rest].map(({ feesQuote }) => feesQuote);
        expect(sum(both)).toBe(sum(fills.map(({ feeQuote }) => feeQuote)));
      }),
    );
  });

  it('count each payment at most once, in the trip that was open then', () => {
    fc.assert(
      fc.property(steps, fundings, (told, paid) => {
        const fills = fillsOf(told);
        const payments = paymentsOf(paid);
        const trades = fold([...fills, ...flatten(fills)], payments);
        for (const symbol of SYMBOLS) {
          const own = trades.filter((trade) => trade.symbol === symbol);
          const inside = payments.filter(
            (one) =>
              one.symbol === symbol &&
              own.some(({ openedAtMs, closedAtMs }) => openedAtMs < one.atMs && one.atMs <= closedAtMs),
          );
          expect(sum(own.map(({ fundingQuote }) => fundingQuote))).toBe(
            sum(inside.map(({ amountQuote }) => amountQuote)),
          );
        }
        expect(trades.every(isConserved)).toBe(true);
      }),
    );
  });

  it('are the same when folded again, and earlier ones do not change with what comes later', () => {
    fc.assert(
      fc.property(steps, fc.nat(40), (told, cut) => {
        const fills = fillsOf(told);
        const trades = fold(fills);
        expect(fold(fills)).toEqual(trades);
        const earlier = fold(fills.slice(0, cut));
        expect(trades.slice(0, earlier.length)).toEqual(earlier);
        expect(new Set(trades.map(({ tradeId }) => tradeId)).size).toBe(trades.length);
      }),
    );
  });

  it('close in the order of the activity', () => {
    fc.assert(
      fc.property(steps, (told) => {
        const closedAtMs = fold(fillsOf(told)).map((trade) => trade.closedAtMs);
        expect(closedAtMs).toEqual(closedAtMs.toSorted((left, right) => left - right));
      }),
    );
  });
});
