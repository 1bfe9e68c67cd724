import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '#domain/time.ts';
import { BTC, proposalOf, signalOf } from '#tests/support/agent-fixtures.ts';
import { instrumentOf } from '#tests/unit/tools/risk/made-gate.ts';
import type { DecidedCycle } from '#tools/performance/decided-cycle.ts';
import { type ReckonTerms, reckonTrades } from '#tools/performance/reckon-trades.ts';
import { DEFAULT_LIMITS } from '#tools/risk/limits.ts';
import { type Bar, barsOf, DECIDED_AT_MS } from './made-bars.ts';

/** A long of 10 at 100 with its stop at 97 and its target at 107. */
const proposal = proposalOf(BTC);
const FREE = { halfSpreadFraction: 0, impactFraction: 0, volumeShareFraction: 1 };
const FLAT: Bar = [100, 101, 99, 100];
const noHold = { ...DEFAULT_LIMITS, protections: { ...DEFAULT_LIMITS.protections, minHoldMs: 0 } };

function termsOf(bars: readonly Bar[], limits = noHold): ReckonTerms {
  const history = {
    series: barsOf(bars),
    fundings: [],
    instrument: instrumentOf(BTC, { takerFeeFraction: 0 }),
  };
  return { histories: new Map([[BTC, history]]), limits, costs: FREE };
}

const minute = (count: number) => DECIDED_AT_MS + count * MINUTE_MS;

function cycleAt(count: number, over: Partial<DecidedCycle> = {}): DecidedCycle {
  return {
    ...{ runId: `run-${count}`, deskId: 'desk', atMs: minute(count), isByModel: true },
    ...{ model: { opens: [], closes: [] }, rules: { opens: [], closes: [] } },
    ...{ signals: new Map(), qAdvice: new Map(), equityQuote: '10000', costUsd: 0 },
    ...over,
  };
}

const opening = (quantityBase = '10') =>
  cycleAt(0, {
    rules: { opens: [{ proposal, quantityBase: '10' }], closes: [] },
    model: { opens: [{ proposal, quantityBase }], closes: [] },
  });

describe('what cycles decided, as trades', () => {
  it('counts a shrunk trade for as much less, in money and in R, which is the most a trade may lose', () => {
    const bars: Bar[] = [FLAT, [100, 108, 99, 107]];
    const mayLose = 10_000 * noHold.riskPerTradeFraction;
    const [whole] = reckonTrades([opening()], 'rules', termsOf(bars));
    const [half] = reckonTrades([opening('5')], 'model', termsOf(bars));
    expect(whole).toMatchObject({ status: 'target', netQuote: '70', sizeFraction: 1, r: 70 / mayLose });
    expect(half).toMatchObject({ status: 'target', netQuote: '35', sizeFraction: 0.5, r: 35 / mayLose });
  });

  it('ends at a close its own decider decided, and not at another’s', () => {
    const later = cycleAt(2, { model: { opens: [], closes: [BTC] } });
    const terms = termsOf([FLAT, FLAT, [102, 103, 101, 102], [100, 108, 99, 107]]);
    expect(reckonTrades([opening(), later], 'model', terms)).toMatchObject([
      { status: 'closed', netQuote: '20' },
    ]);
    expect(reckonTrades([opening(), later], 'rules', terms)).toMatchObject([{ status: 'target' }]);
  });

  it('ends where the rules would close it on a later signal, for either decider', () => {
    const turned = signalOf(BTC, { action: 'sell', score: -4, lastQuote: 99, atMs: minute(2) });
    const later = cycleAt(2, { signals: new Map([[BTC, turned]]) });
    const bars: Bar[] = [FLAT, FLAT, [99, 100, 98, 99], FLAT];
    for (const decider of ['model', 'rules'] as const)
      expect(reckonTrades([opening(), later], decider, termsOf(bars))).toMatchObject([
        { status: 'closed', exitAtMs: minute(2), netQuote: '-10' },
      ]);
    const held = { ...noHold, protections: { ...noHold.protections, minHoldMs: 10 * MINUTE_MS } };
    expect(reckonTrades([opening(), later], 'rules', termsOf(bars, held))).toMatchObject([
      { status: 'open' },
    ]);
  });

  it('looks at no signal of another desk, and at none after the exit', () => {
    const turned = signalOf(BTC, { action: 'sell', score: -4, atMs: minute(1) });
    const signals = new Map([[BTC, turned]]);
    const terms = termsOf([[100, 101, 96, 97], FLAT]);
    const cycles = [opening(), cycleAt(1, { signals }), cycleAt(1, { signals, deskId: 'another' })];
    expect(reckonTrades(cycles, 'rules', terms)).toMatchObject([{ status: 'stopped', netQuote: '-30' }]);
  });

  it('is nothing where the candles do not reach', () => {
    expect(reckonTrades([opening()], 'rules', termsOf([]))).toEqual([]);
    expect(reckonTrades([opening()], 'rules', { ...termsOf([FLAT]), histories: new Map() })).toEqual([]);
  });
});
