import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '#domain/time.ts';
import { ENTER_WITHIN_MS, simulateOutcome } from '#tools/performance/simulate-outcome.ts';
import { barsOf, DECIDED_AT_MS, longOf, termsOf } from './made-bars.ts';

const minute = (count: number) => DECIDED_AT_MS + count * MINUTE_MS;

describe('the simulated outcome of a proposal', () => {
  it('reckons a long that reaches its target, fees of both sides included', () => {
    const bars = barsOf([
      [100, 101, 99, 101],
      [101, 105, 100, 104.5],
    ]);
    expect(simulateOutcome(longOf(), bars, termsOf())).toEqual({
      status: 'target',
      entryPriceQuote: '100',
      entryAtMs: DECIDED_AT_MS,
      exitPriceQuote: '104',
      exitAtMs: minute(2),
      // (104 - 100) × 2 = 8, and 0.001 × (100 + 104) × 2 = 0.408
      grossQuote: '8',
      feesQuote: '0.408',
      fundingQuote: '0',
      netQuote: '7.592',
      // 2 × (2 + 0.001 × 198)
      riskQuote: '4.396',
      rMultiple: 7.592 / 4.396,
      maxAdverseQuote: '2',
      maxFavourableQuote: '8',
    });
  });

  it('reckons a short that is stopped as minus one R, when nothing slips', () => {
    const short = longOf({ side: 'short', stopPriceQuote: '102', targetPriceQuote: '96' });
    const outcome = simulateOutcome(short, barsOf([[100, 102, 99, 101]]), termsOf());
    expect(outcome).toMatchObject({
      status: 'stopped',
      exitPriceQuote: '102',
      grossQuote: '-4',
      rMultiple: -1,
    });
  });

  it('takes the stop where one bar touches both', () => {
    const outcome = simulateOutcome(longOf(), barsOf([[100, 110, 90, 109]]), termsOf());
    expect(outcome).toMatchObject({ status: 'stopped', exitPriceQuote: '98' });
  });

  it('fills a stop that is gapped through at the open', () => {
    const bars = barsOf([
      [100, 100, 99, 99],
      [95, 99, 94, 98],
    ]);
    const outcome = simulateOutcome(longOf(), bars, termsOf());
    expect(outcome).toMatchObject({
      ...{ status: 'stopped', exitPriceQuote: '95', exitAtMs: minute(1) },
      ...{ grossQuote: '-10', maxAdverseQuote: '10' },
    });
  });

  it('fills a target that is gapped through at the target', () => {
    const bars = barsOf([
      [100, 100, 99, 99],
      [107, 108, 106, 107],
    ]);
    expect(simulateOutcome(longOf(), bars, termsOf())).toMatchObject({
      status: 'target',
      exitPriceQuote: '104',
    });
  });

  it('looks at no bar before the decision', () => {
    const bars = barsOf(
      [
        [100, 100, 90, 100],
        [100, 104, 99, 104],
      ],
      DECIDED_AT_MS - MINUTE_MS,
    );
    expect(simulateOutcome(longOf(), bars, termsOf())).toMatchObject({
      status: 'target',
      entryAtMs: DECIDED_AT_MS,
    });
  });

  it('enters with the next bar where the decision falls inside one', () => {
    const bars = barsOf(
      [
        [100, 100, 90, 100],
        [101, 104, 100, 103],
      ],
      DECIDED_AT_MS - MINUTE_MS / 2,
    );
    expect(simulateOutcome(longOf(), bars, termsOf())).toMatchObject({ entryPriceQuote: '101' });
  });

  it.each([
    ['no bar follows', barsOf([]), longOf()],
    [
      'the next bar is hours away',
      barsOf([[100, 101, 99, 100]], DECIDED_AT_MS + ENTER_WITHIN_MS + 1),
      longOf(),
    ],
    ['the first bar opens past the stop', barsOf([[97, 101, 97, 100]]), longOf()],
    ['the first bar opens past the target', barsOf([[105, 106, 104, 105]]), longOf()],
    ['nothing is left of the size', barsOf([[100, 101, 99, 100]]), longOf({ quantityBase: '0' })],
  ])('reckons nothing where %s', (_why, bars, proposal) => {
    expect(simulateOutcome(proposal, bars, termsOf())).toBeNull();
  });

  it('slips every fill by half the spread and the impact, and rounds it against the position', () => {
    const terms = termsOf({ halfSpreadFraction: 0.0001, impactFraction: 0.01 });
    // Two of 1,000 in the bar: 0.0001 + 0.01 × 0.002 = 0.00012, so 100.012 and 103.98752.
    const outcome = simulateOutcome(longOf(), barsOf([[100, 104, 99, 104]]), terms);
    expect(outcome).toMatchObject({ entryPriceQuote: '100.02', exitPriceQuote: '103.98' });
  });

  it('moves the price by no more than the share of a bar that is taken at once', () => {
    const terms = termsOf({ impactFraction: 0.01, volumeShareFraction: 0.1 });
    // Five times the bar's volume: a tenth of it at a time, so 0.01 × 0.1 and not 0.05.
    const outcome = simulateOutcome(longOf({ quantityBase: '5000' }), barsOf([[100, 101, 99, 100]]), terms);
    expect(outcome).toMatchObject({ entryPriceQuote: '100.1', exitPriceQuote: '99.9' });
  });

  it('pays funding on the close before each settlement it is held over', () => {
    const bars = barsOf([
      [100, 101, 99, 101],
      [101, 102, 100, 102],
      [102, 105, 101, 104],
    ]);
    const fundings = [
      { atMs: DECIDED_AT_MS, rateFraction: 1 },
      { atMs: minute(2), rateFraction: 0.001 },
      // The target may have been met before the close of its bar, so this one was not paid.
      { atMs: minute(3), rateFraction: 1 },
    ];
    const long = simulateOutcome(longOf(), bars, termsOf({ fundings }));
    expect(long).toMatchObject({ status: 'target', fundingQuote: '0.204', netQuote: '7.388' });
    const short = longOf({ side: 'short', stopPriceQuote: '110', targetPriceQuote: '90' });
    const fundingsOnce = fundings.slice(0, 2);
    expect(simulateOutcome(short, bars, termsOf({ fundings: fundingsOnce }))?.fundingQuote).toBe('-0.204');
  });

  it('closes at the open after a later decision, and before it at a stop', () => {
    const bars = barsOf([
      [100, 101, 99, 100],
      [100.5, 101, 97, 98],
    ]);
    const close = simulateOutcome(longOf(), bars, termsOf({ closeAtMs: minute(1) }));
    expect(close).toMatchObject({ status: 'closed', exitPriceQuote: '100.5', exitAtMs: minute(1) });
    expect(close).toMatchObject({ maxAdverseQuote: '2', maxFavourableQuote: '2' });
    const late = simulateOutcome(longOf(), bars, termsOf({ closeAtMs: minute(2) }));
    expect(late).toMatchObject({ status: 'stopped', exitPriceQuote: '98' });
  });

  it('ends what is held too long, and marks what is still held at the last close', () => {
    const bars = barsOf([
      [100, 101, 99, 100],
      [101, 102, 100, 102],
    ]);
    const timedOut = simulateOutcome(longOf(), bars, termsOf({ holdAtMostMs: MINUTE_MS }));
    expect(timedOut).toMatchObject({ status: 'timed_out', exitPriceQuote: '101' });
    const open = simulateOutcome(longOf(), bars, termsOf());
    expect(open).toMatchObject({
      status: 'open',
      exitPriceQuote: '102',
      exitAtMs: minute(2),
      feesQuote: '0.404',
    });
  });

  it('has no R without a stop', () => {
    const bare = longOf({ stopPriceQuote: null, targetPriceQuote: null });
    const outcome = simulateOutcome(bare, barsOf([[100, 101, 9, 100]]), termsOf());
    expect(outcome).toMatchObject({ status: 'open', riskQuote: null, rMultiple: null });
  });
});
