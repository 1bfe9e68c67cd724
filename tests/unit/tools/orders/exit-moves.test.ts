import { describe, expect, it } from 'vitest';
import { BTC } from '#tests/support/agent-fixtures.ts';
import { instrumentOf } from '#tests/unit/exchanges/paper/paper-desk.ts';
import { nextStop, type StopFacts } from '#tools/orders/exit-moves.ts';
import { DEFAULT_EXIT_RULES, ExitRules } from '#tools/risk/exit-rules.ts';

/** Ticks of 0.1, a taker fee of 0.05%: both sides of a trade at 100 cost 0.1. */
const INSTRUMENT = instrumentOf(BTC);

/** Bought at 100 with the first stop at 96, so that R is 4; the stop still stands there. */
function longAt(markPriceQuote: string, over: Partial<StopFacts> = {}): StopFacts {
  const position = { side: 'long' as const, entryPriceQuote: '100', markPriceQuote };
  return { position, stopQuote: '96', firstStopQuote: '96', instrument: INSTRUMENT, ...over };
}

function shortAt(markPriceQuote: string, over: Partial<StopFacts> = {}): StopFacts {
  const position = { side: 'short' as const, entryPriceQuote: '100', markPriceQuote };
  return { position, stopQuote: '104', firstStopQuote: '104', instrument: INSTRUMENT, ...over };
}

const move = (facts: StopFacts, rules: Partial<ExitRules> = {}) =>
  nextStop(facts, { ...DEFAULT_EXIT_RULES, ...rules });

describe('break-even', () => {
  it('leaves the stop below 1 R of open profit', () => {
    expect(move(longAt('103.9'))).toBeNull();
    expect(move(shortAt('96.1'))).toBeNull();
    expect(move(longAt('90'))).toBeNull();
  });

  it('brings it at 1 R to where the fees of both sides are paid, on the next tick towards the market', () => {
    // 100 × 1.0005 / 0.9995 is 100.10005, and 100 × 0.9995 / 1.0005 is 99.90005.
    expect(move(longAt('104'))).toBe('100.2');
    expect(move(shortAt('96'))).toBe('99.9');
  });

  it('does nothing twice', () => {
    expect(move(longAt('104', { stopQuote: '100.2' }))).toBeNull();
    expect(move(shortAt('96', { stopQuote: '99.9' }))).toBeNull();
  });

  it('stays off when it is switched off', () => {
    expect(move(longAt('105'), { breakEven: null })).toBeNull();
  });
});

describe('trailing', () => {
  it('begins at 1.5 R, 1 R behind the price', () => {
    expect(move(longAt('105.9', { stopQuote: '100.2' }))).toBeNull();
    expect(move(longAt('106', { stopQuote: '100.2' }))).toBe('102');
    expect(move(shortAt('94', { stopQuote: '99.9' }))).toBe('98');
  });

  it('goes on in steps of a quarter R', () => {
    expect(move(longAt('106.9', { stopQuote: '102' }))).toBeNull();
    expect(move(longAt('107', { stopQuote: '102' }))).toBe('103');
    expect(move(longAt('112.3', { stopQuote: '102' }))).toBe('108');
    expect(move(shortAt('93', { stopQuote: '98' }))).toBe('97');
  });

  it('does not follow the price back', () => {
    expect(move(longAt('106.5', { stopQuote: '108' }))).toBeNull();
    expect(move(shortAt('94', { stopQuote: '93' }))).toBeNull();
  });

  it('counts in the first stop when the breaker has brought the stop nearer since', () => {
    expect(move(longAt('104', { stopQuote: '99' }))).toBe('100.2');
    expect(move(longAt('107', { stopQuote: '102.5' }))).toBe('103');
  });

  it('stays off when it is switched off', () => {
    expect(move(longAt('112'), { trailing: null })).toBe('100.2');
    expect(move(longAt('112'), { trailing: null, breakEven: null })).toBeNull();
  });

  it('takes no steps shorter than the least distance, nor does it come nearer than that', () => {
    const wide = { ...DEFAULT_EXIT_RULES, minDistanceFraction: 0.02 };
    const tight = { firstStopQuote: '99.9', stopQuote: '99.9' };
    // Steps of 2 from the entry, 2% of the price and a tick behind it.
    expect(nextStop(longAt('106.2', { ...tight, stopQuote: '102' }), wide)).toBeNull();
    expect(nextStop(longAt('106.3', { ...tight, stopQuote: '102' }), wide)).toBe('104');
    expect(nextStop(longAt('108.2', { ...tight, stopQuote: '104' }), wide)).toBeNull();
    expect(nextStop(shortAt('93.9', { firstStopQuote: '100.1', stopQuote: '98' }), wide)).toBe('96');
  });
});

describe('a stop that is moved', () => {
  it('keeps its distance from the price', () => {
    // R is 0.1: one R of profit does not pay the fees yet.
    const tight = { firstStopQuote: '99.9', stopQuote: '99.9' };
    expect(move(longAt('100.1', tight))).toBeNull();
    expect(move(longAt('100.3', tight))).toBe('100');
    expect(move(longAt('100.4', tight))).toBe('100.2');
  });

  it('stays where there is no R to count in', () => {
    for (const firstStopQuote of ['100', '101'])
      expect(move(longAt('140', { firstStopQuote, stopQuote: firstStopQuote }))).toBeNull();
  });
});

describe('the exit rules', () => {
  it('have defaults inside their own bounds', () => {
    expect(ExitRules.parse(DEFAULT_EXIT_RULES)).toEqual(DEFAULT_EXIT_RULES);
    expect(ExitRules.safeParse({ ...DEFAULT_EXIT_RULES, breakEven: null, trailing: null }).success).toBe(
      true,
    );
  });

  it.each([
    [{ breakEven: { atProfitR: 0.4 } }],
    [{ trailing: { fromProfitR: 1, behindR: 1, stepR: 0.25 } }],
    [{ trailing: { fromProfitR: 1.5, behindR: 1, stepR: 0.01 } }],
    [{ minDistanceFraction: 0 }],
  ])('refuse %j', (over) => {
    expect(ExitRules.safeParse({ ...DEFAULT_EXIT_RULES, ...over }).success).toBe(false);
  });
});
