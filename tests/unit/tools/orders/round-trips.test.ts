import { describe, expect, it } from 'vitest';
import type { FundingPayment } from '#domain/account.ts';
import type { Fill } from '#domain/order.ts';
import { BTC, ETH } from '#tests/support/agent-fixtures.ts';
import { foldRoundTrips } from '#tools/orders/round-trips.ts';

type Told = Partial<Fill> & Pick<Fill, 'side' | 'quantityBase' | 'priceQuote'>;

/** Fills a second apart in BTC, unless told otherwise. */
function fillsOf(...told: Told[]): Fill[] {
  return told.map((fill, i) => ({
    fillId: `f${i + 1}`,
    clientOrderId: `c${i + 1}`,
    venueOrderId: `o${i + 1}`,
    symbol: BTC,
    purpose: 'entry',
    feeQuote: '0',
    liquidity: 'taker',
    realisedQuote: '0',
    atMs: (i + 1) * 1_000,
    ...fill,
  }));
}

function payment(atMs: number, amountQuote: string, over: Partial<FundingPayment> = {}): FundingPayment {
  const paymentId = `n${atMs}`;
  return { paymentId, symbol: BTC, amountQuote, rateFraction: 0.0001, notionalQuote: '1', atMs, ...over };
}

const fold = (fills: readonly Fill[], fundings: readonly FundingPayment[] = []) =>
  foldRoundTrips(fills, fundings).map(({ trade }) => trade);

const buy = (quantityBase: string, priceQuote: string, over: Partial<Fill> = {}): Told => ({
  side: 'buy',
  quantityBase,
  priceQuote,
  ...over,
});
const sell = (quantityBase: string, priceQuote: string, over: Partial<Fill> = {}): Told => ({
  ...buy(quantityBase, priceQuote, { purpose: 'exit', ...over }),
  side: 'sell',
});

describe('folding fills into round trips', () => {
  it('gives none for a position that is still open', () => {
    expect(fold([])).toEqual([]);
    expect(fold(fillsOf(buy('2', '100'), sell('1', '110', { realisedQuote: '10' })))).toEqual([]);
  });

  it('folds one entry and one exit', () => {
    const fills = fillsOf(
      buy('2', '100', { feeQuote: '0.1' }),
      sell('2', '110', { feeQuote: '0.11', realisedQuote: '20', purpose: 'target' }),
    );
    expect(fold(fills)).toEqual([
      {
        tradeId: 'f1',
        positionId: 'f1',
        symbol: BTC,
        side: 'long',
        quantityBase: '2',
        entryPriceQuote: '100',
        exitPriceQuote: '110',
        grossQuote: '20',
        feesQuote: '0.21',
        fundingQuote: '0',
        netQuote: '19.79',
        openedAtMs: 1_000,
        closedAtMs: 2_000,
        exitReason: 'target',
      },
    ]);
  });

  it('averages what was scaled in and out of', () => {
    // In: 1 at 100 and 3 at 104, on average 103. Out: 2 at 110 and 2 at 100, on average 105: 4 × 2 = 8.
    const fills = fillsOf(
      buy('1', '100'),
      buy('3', '104'),
      sell('2', '110', { realisedQuote: '14' }),
      sell('2', '100', { realisedQuote: '-6', purpose: 'stop' }),
    );
    expect(fold(fills)).toMatchObject([
      {
        quantityBase: '4',
        entryPriceQuote: '103',
        exitPriceQuote: '105',
        grossQuote: '8',
        exitReason: 'stop',
        closedAtMs: 4_000,
      },
    ]);
  });

  it('counts a position that grew again after a partial close with all it ever held', () => {
    const fills = fillsOf(
      buy('2', '100'),
      sell('1', '110', { realisedQuote: '10' }),
      buy('1', '120'),
      sell('2', '115', { realisedQuote: '10' }),
    );
    // 3 in for 320, 3 out for 340.
    expect(fold(fills)).toMatchObject([
      {
        quantityBase: '3',
        entryPriceQuote: '106.666666666667',
        exitPriceQuote: '113.333333333333',
        grossQuote: '20',
      },
    ]);
  });

  it('folds a short', () => {
    const fills = fillsOf(
      sell('3', '100', { purpose: 'entry' }),
      buy('3', '90', { purpose: 'exit', realisedQuote: '30' }),
    );
    expect(fold(fills)).toMatchObject([{ side: 'short', grossQuote: '30', exitPriceQuote: '90' }]);
  });

  it('splits a fill that turns the position, and its fee, at the last digit', () => {
    // 3 of 7 close, 4 open: 3/7 of a fee of 1 is 0.428571428571 at twelve digits, the rest is what is missing to 1.
    const fills = fillsOf(
      buy('3', '100'),
      sell('7', '110', { feeQuote: '1', realisedQuote: '30' }),
      buy('4', '100', { purpose: 'exit', feeQuote: '0.5', realisedQuote: '40' }),
    );
    expect(fold(fills)).toMatchObject([
      {
        tradeId: 'f1',
        side: 'long',
        quantityBase: '3',
        feesQuote: '0.428571428571',
        netQuote: '29.571428571429',
      },
      {
        tradeId: 'f2-turned',
        side: 'short',
        quantityBase: '4',
        entryPriceQuote: '110',
        feesQuote: '1.071428571429',
        grossQuote: '40',
        openedAtMs: 2_000,
      },
    ]);
  });

  it('gives funding to the trip it fell into, and a payment at the instant of the last fill too', () => {
    const fills = fillsOf(
      buy('1', '100'),
      sell('1', '100'),
      buy('1', '100', { atMs: 5_000 }),
      sell('1', '100', { atMs: 9_000 }),
    );
    const fundings = [
      payment(9_000, '0.4'),
      payment(1_500, '0.1'),
      payment(2_000, '-0.3'),
      payment(3_000, '7'),
      payment(6_000, '5', { symbol: ETH }),
    ];
    expect(fold(fills, fundings).map(({ fundingQuote, netQuote }) => [fundingQuote, netQuote])).toEqual([
      ['-0.2', '0.2'],
      ['0.4', '-0.4'],
    ]);
  });

  it('gives a liquidated trip what was booked for it a moment later, until the next one begins', () => {
    const fills = fillsOf(
      buy('1', '100'),
      sell('1', '80', { purpose: 'liquidation' }),
      buy('1', '100', { atMs: 5_000 }),
      sell('1', '100', { atMs: 6_000 }),
    );
    const fundings = [payment(2_001, '3'), payment(4_999, '-1'), payment(5_500, '7'), payment(6_001, '9')];
    expect(fold(fills, fundings).map(({ fundingQuote }) => fundingQuote)).toEqual(['2', '7']);
  });

  it('gives a trip that opened and was liquidated in one instant what that cost', () => {
    const fills = fillsOf(
      buy('1', '100', { atMs: 1_000 }),
      sell('1', '80', { purpose: 'liquidation', atMs: 1_000 }),
    );
    const fundings = [payment(999, '5'), payment(1_000, '3')];
    expect(fold(fills, fundings).map(({ fundingQuote }) => fundingQuote)).toEqual(['3']);
  });

  it('keeps symbols apart and gives trades in the order in which they closed', () => {
    const fills = fillsOf(
      buy('1', '100'),
      buy('1', '10', { symbol: ETH }),
      sell('1', '11', { symbol: ETH, realisedQuote: '1' }),
      sell('1', '90', { realisedQuote: '-10' }),
    );
    expect(fold(fills).map(({ symbol, grossQuote }) => [symbol, grossQuote])).toEqual([
      [ETH, '1'],
      [BTC, '-10'],
    ]);
  });

  it('follows the order of the activity where two fills have one instant', () => {
    const at = { atMs: 1_000 };
    const fills = fillsOf(
      buy('1', '100', at),
      sell('1', '110', { ...at, realisedQuote: '10' }),
      sell('2', '110', { ...at, purpose: 'entry' }),
      buy('2', '105', { ...at, purpose: 'stop', realisedQuote: '10' }),
    );
    expect(fold(fills).map(({ side, quantityBase }) => [side, quantityBase])).toEqual([
      ['long', '1'],
      ['short', '2'],
    ]);
  });

  it.each([
    ['exit', 'exit'],
    ['stop', 'stop'],
    ['target', 'target'],
    ['liquidation', 'liquidation'],
    ['entry', 'external'],
  ] as const)('says of a trip closed by a fill of an %s that it ended by %s', (purpose, exitReason) => {
    const fills = fillsOf(buy('1', '100'), sell('1', '90', { purpose }));
    expect(fold(fills)).toMatchObject([{ exitReason }]);
  });

  it('tells which fills began and ended a trip', () => {
    const fills = fillsOf(buy('1', '100'), buy('1', '100'), sell('2', '100'));
    expect(foldRoundTrips(fills, [])).toMatchObject([
      { opening: { fillId: 'f1' }, closing: { fillId: 'f3' } },
    ]);
  });
});
