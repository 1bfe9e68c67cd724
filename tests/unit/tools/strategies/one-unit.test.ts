/** The strategies of one unit, on bars whose indicators can be worked out by hand. */
import { describe, expect, it } from 'vitest';
import { closesAt, handBars, targetsOf } from '#tests/support/hand-bars.ts';
import { breakout } from '#tools/strategies/breakout.ts';
import { meanReversion } from '#tools/strategies/mean-reversion.ts';
import { momentum } from '#tools/strategies/momentum.ts';
import { rsiReversal } from '#tools/strategies/rsi-reversal.ts';

const LONG = { units: 1, entryQuote: 100 };
const SHORT = { units: -1, entryQuote: 100 };

describe('rsi-reversal', () => {
  // Of two bars, Wilder's: falls only give 0; then gains of 3 on losses of 0.5 give 3/3.5.
  const parameters = { rsiBars: 2, lowRsi: 30, highRsi: 70, shorts: 1 };
  const turn = closesAt(100, 99, 98, 104, 104);

  it('waits for the RSI to come back up over its low mark', () => {
    expect(targetsOf(rsiReversal, parameters, closesAt(100, 99, 98, 97, 96))).toEqual([
      null,
      null,
      null,
      0,
      0,
    ]);
    expect(targetsOf(rsiReversal, parameters, turn)).toEqual([null, null, null, 1, 0]);
  });

  it('is out of a long at the middle, and stays in below it', () => {
    expect(targetsOf(rsiReversal, parameters, turn, LONG).at(-1)).toBe(0);
    // Gains of 0.5 on losses of 0.75: RSI 40.
    const weak = closesAt(100, 99, 98, 99, 98);
    expect(targetsOf(rsiReversal, parameters, weak, LONG).at(-1)).toBe(1);
  });

  it('is short, where it may be, when it comes down under the high mark', () => {
    const fall = closesAt(100, 101, 102, 96, 96);
    expect(targetsOf(rsiReversal, parameters, fall)).toEqual([null, null, null, -1, 0]);
    expect(targetsOf(rsiReversal, { ...parameters, shorts: 0 }, fall)).toEqual([null, null, null, 0, 0]);
    expect(targetsOf(rsiReversal, { ...parameters, shorts: 0 }, fall, LONG)[3]).toBe(0);
  });
});

describe('momentum', () => {
  const parameters = { changeBars: 2, leastFraction: 0.05, shorts: 1 };
  const bars = closesAt(100, 100, 106, 104, 98, 90);

  it('follows a change that is large enough, to either side', () => {
    // Changes of +6 %, +4 %, −7.5 %, −13.5 %.
    expect(targetsOf(momentum, parameters, bars)).toEqual([null, null, 1, 0, -1, -1]);
    expect(targetsOf(momentum, { ...parameters, shorts: 0 }, bars)).toEqual([null, null, 1, 0, 0, 0]);
  });

  it('stays while the change is on its side, however small', () => {
    expect(targetsOf(momentum, parameters, bars, LONG)[3]).toBe(1);
    expect(targetsOf(momentum, parameters, bars, SHORT)[3]).toBe(0);
  });
});

describe('mean-reversion', () => {
  const parameters = { bandBars: 5, widthDeviations: 1.5, shorts: 1 };

  it('is long under the lower band and short over the upper one', () => {
    // Mean 98 and deviation 4: bands at 92 and 104.
    expect(targetsOf(meanReversion, parameters, closesAt(100, 100, 100, 100, 90)).at(-1)).toBe(1);
    expect(targetsOf(meanReversion, parameters, closesAt(100, 100, 100, 100, 110)).at(-1)).toBe(-1);
    const longsOnly = { ...parameters, shorts: 0 };
    expect(targetsOf(meanReversion, longsOnly, closesAt(100, 100, 100, 100, 110)).at(-1)).toBe(0);
  });

  it('does nothing on the band itself, as in a market that does not move', () => {
    // Two deviations under the mean of 98 is 90.
    const wider = { ...parameters, widthDeviations: 2 };
    expect(targetsOf(meanReversion, wider, closesAt(100, 100, 100, 100, 90)).at(-1)).toBe(0);
    expect(targetsOf(meanReversion, parameters, closesAt(100, 100, 100, 100, 100)).at(-1)).toBe(0);
  });

  it('is out at the middle', () => {
    const under = closesAt(100, 102, 100, 102, 100);
    expect(targetsOf(meanReversion, parameters, under, LONG).at(-1)).toBe(1);
    expect(targetsOf(meanReversion, parameters, under, SHORT).at(-1)).toBe(0);
    const over = closesAt(102, 100, 102, 100, 102);
    expect(targetsOf(meanReversion, parameters, over, LONG).at(-1)).toBe(0);
    expect(targetsOf(meanReversion, parameters, over, SHORT).at(-1)).toBe(-1);
  });
});

describe('breakout', () => {
  const parameters = { entryBars: 5, exitBars: 2, shorts: 1 };
  const calm = Array.from({ length: 5 }, () => [100, 105, 95, 100] as const);

  it('needs a close beyond the channel of the bars before, not a touch', () => {
    expect(targetsOf(breakout, parameters, handBars(...calm, [100, 110, 100, 105])).at(-1)).toBe(0);
    expect(targetsOf(breakout, parameters, handBars(...calm, [100, 110, 100, 106])).at(-1)).toBe(1);
    expect(targetsOf(breakout, parameters, handBars(...calm, [100, 100, 90, 94])).at(-1)).toBe(-1);
    const longsOnly = { ...parameters, shorts: 0 };
    expect(targetsOf(breakout, longsOnly, handBars(...calm, [100, 100, 90, 94]), LONG).at(-1)).toBe(0);
  });

  it('leaves at the nearer channel', () => {
    const narrowed = [...calm, [100, 101, 99, 100] as const, [100, 101, 99, 100] as const];
    expect(targetsOf(breakout, parameters, handBars(...narrowed, [99, 99, 97, 98]), LONG).at(-1)).toBe(0);
    expect(targetsOf(breakout, parameters, handBars(...narrowed, [99, 100, 99, 99]), LONG).at(-1)).toBe(1);
    expect(targetsOf(breakout, parameters, handBars(...narrowed, [101, 103, 101, 102]), SHORT).at(-1)).toBe(
      0,
    );
  });
});
