import { describe, expect, it } from 'vitest';
import type { ContextOpinion } from '#domain/opinion.ts';
import { TradeProposal, Withheld } from '#domain/proposal.ts';
import { accountOf, adviceOn, BTC, ETH, positionOf, SOL, signalOf } from '#tests/support/agent-fixtures.ts';
import { instrumentOf } from '#tests/unit/tools/risk/made-gate.ts';
import { propose as proposeAll, type Subject } from '#tools/proposals/propose.ts';
import { DEFAULT_LIMITS } from '#tools/risk/limits.ts';

const context = { account: accountOf(), limits: DEFAULT_LIMITS, convictionWeight: 0.3 };

function subjectOf(symbol: string, over: Partial<Subject> = {}): Subject {
  return {
    signal: signalOf(symbol),
    instrument: instrumentOf(symbol),
    position: null,
    advice: null,
    opinion: null,
    ...over,
  };
}

function opinionOn(symbol: string, conviction: number): ContextOpinion {
  const stance = conviction > 0 ? 'bullish' : 'bearish';
  return { symbol, stance, conviction, evidence: [], summary: '' };
}

const propose = (...asked: Parameters<typeof proposeAll>) => proposeAll(...asked).proposals;
const proposed = (over: Partial<Subject>) => propose([subjectOf(BTC, over)], context);

describe('an open', () => {
  it('follows a signal over the threshold, with its stop, its target and its reasons', () => {
    const [proposal, ...others] = proposed({});
    expect(others).toEqual([]);
    expect(TradeProposal.parse(proposal)).toMatchObject({
      proposalId: 'BTCUSDT-open-long',
      kind: 'open',
      side: 'long',
      entryPriceQuote: '100',
      conviction: 0.5,
      reason: 'score 4; points 0.50, table 0.00, context 0.00',
    });
  });

  it('goes short on a sell signal', () => {
    const [proposal] = proposed({ signal: signalOf(BTC, { action: 'sell', score: -4 }) });
    expect(proposal).toMatchObject({ side: 'short', conviction: -0.5 });
  });

  it('is made at exactly three points and not under them', () => {
    expect(proposed({ signal: signalOf(BTC, { score: 3 }) })).toHaveLength(1);
    const urged = { advice: adviceOn(BTC), opinion: opinionOn(BTC, 1) };
    expect(proposed({ ...urged, signal: signalOf(BTC, { score: 2 }) })).toEqual([]);
    expect(proposed({ ...urged, signal: signalOf(BTC, { score: 8, action: 'hold' }) })).toEqual([]);
  });

  it('is not made against what the points say, whatever the action is called', () => {
    expect(proposed({ signal: signalOf(BTC, { action: 'sell', score: 5 }) })).toEqual([]);
  });

  it('is left out when the opinion takes the conviction under the threshold', () => {
    expect(proposed({ opinion: opinionOn(BTC, -0.5) })).toEqual([]);
    expect(proposed({ opinion: opinionOn(BTC, -0.4) })).toHaveLength(1);
  });

  it('is left out without an account, without an ATR and where the size rounds to nothing', () => {
    expect(propose([subjectOf(BTC)], { ...context, account: null })).toEqual([]);
    expect(proposed({ signal: signalOf(BTC, { atrQuote: null }) })).toEqual([]);
    expect(proposed({ instrument: instrumentOf(BTC, { quantityStepBase: '1000' }) })).toEqual([]);
  });

  it('is not added to a position', () => {
    expect(proposed({ position: positionOf(BTC) })).toEqual([]);
  });

  it('has another id for each quote of one base', () => {
    const both = propose([subjectOf(BTC), subjectOf('BTC/USDC:USDC')], context);
    expect(new Set(both.map(({ proposalId }) => proposalId)).size).toBe(2);
  });
});

describe('a close', () => {
  const faded = signalOf(BTC, { action: 'hold', score: 1 });
  const losing = positionOf(BTC, { unrealisedQuote: '-2' });

  it('is proposed when the position loses and its signal has faded to hold', () => {
    const [proposal] = proposed({ position: losing, signal: faded });
    expect(TradeProposal.parse(proposal)).toMatchObject({
      proposalId: 'BTCUSDT-close-long',
      kind: 'close',
      side: 'long',
      quantityBase: '2',
      entryPriceQuote: '101',
      stopPriceQuote: null,
      reason: 'losing, and the signal has faded to hold; points 0.13, table 0.00, context 0.00',
    });
  });

  it('is not proposed while the position wins and the signal holds', () => {
    expect(proposed({ position: positionOf(BTC), signal: faded })).toEqual([]);
    expect(proposed({ position: positionOf(BTC, { unrealisedQuote: '0' }), signal: faded })).toEqual([]);
  });

  it('is proposed for a winner when the signal turns against it', () => {
    const turned = signalOf(BTC, { action: 'sell', score: -3 });
    expect(proposed({ position: positionOf(BTC), signal: turned })).toMatchObject([{ kind: 'close' }]);
    const short = positionOf(BTC, { side: 'short' });
    expect(proposed({ position: short, signal: turned })).toEqual([]);
    expect(proposed({ position: short, signal: signalOf(BTC, { score: 3 }) })).toMatchObject([
      { kind: 'close', side: 'short' },
    ]);
  });

  it('follows the table for a losing position, and only where its advice counts', () => {
    const advice = adviceOn(BTC, { best: 'close' });
    expect(proposed({ position: losing, advice })).toHaveLength(1);
    expect(proposed({ position: losing, advice: { ...advice, counts: false } })).toEqual([]);
    expect(proposed({ position: positionOf(BTC), advice })).toEqual([]);
  });

  it('waits until the position has been held for the least time', () => {
    const { minHoldMs } = DEFAULT_LIMITS.protections;
    const { atMs } = signalOf(BTC);
    const held = (ms: number) => ({ ...losing, openedAtMs: atMs - ms });
    expect(proposed({ position: held(minHoldMs), signal: faded })).toHaveLength(1);
    expect(proposed({ position: held(minHoldMs - 1), signal: faded })).toEqual([]);
  });

  it('is proposed without an account', () => {
    expect(
      propose([subjectOf(BTC, { position: losing, signal: faded })], { ...context, account: null }),
    ).toHaveLength(1);
  });
});

describe('a subject without a proposal', () => {
  const withheld = (over: Partial<Subject>, account: typeof context.account | null = context.account) =>
    proposeAll([subjectOf(BTC, over)], { ...context, account });

  it.each<[string, Partial<Subject>, string]>([
    [
      'points_short',
      { signal: signalOf(BTC, { score: -2, action: 'hold' }) },
      'the signal is hold at -2 points, and an open needs 3 to one side',
    ],
    [
      'conviction_short',
      { opinion: opinionOn(BTC, -0.5) },
      'conviction for a long is 0.350, and an open needs 0.375: points 0.50, table 0.00, context -0.15',
    ],
    [
      'atr_missing',
      { signal: signalOf(BTC, { atrQuote: null }) },
      'there are too few candles for an ATR, and without one there is no stop',
    ],
    [
      'size_zero',
      { instrument: instrumentOf(BTC, { quantityStepBase: '1000' }) },
      'no stop, target and size fit: equity 10000, price 100, ATR 1.2345, quantity step 1000',
    ],
    [
      'position_kept',
      { position: positionOf(BTC) },
      'long 2 is held and nothing is added to it; conviction against it is -0.500 and 0.375 would close it; unrealised 2, signal buy',
    ],
    [
      'held_too_short',
      {
        position: positionOf(BTC, { unrealisedQuote: '-1', openedAtMs: signalOf(BTC).atMs - 90_000 }),
        signal: signalOf(BTC, { score: 0, action: 'hold' }),
      },
      'losing, and the signal has faded to hold, but it is 90 s old and is left to its stop for 600 s',
    ],
  ])('is told why with the numbers: %s', (code, over, message) => {
    const { proposals, withheld: told } = withheld(over);
    expect(proposals).toEqual([]);
    expect(told.map((one) => Withheld.parse(one))).toEqual([{ symbol: BTC, code, message }]);
  });

  it('is told so when the account could not be read', () => {
    expect(withheld({}, null).withheld).toMatchObject([{ symbol: BTC, code: 'account_unread' }]);
  });

  it('is never among the proposals, and each subject is in one of the two', () => {
    const subjects = [subjectOf(BTC), subjectOf(ETH, { position: positionOf(ETH) }), subjectOf(SOL)];
    const { proposals, withheld: told } = proposeAll(subjects, context);
    expect(proposals.map(({ symbol }) => symbol)).toEqual([BTC, SOL]);
    expect(told.map(({ symbol }) => symbol)).toEqual([ETH]);
  });
});

describe('several proposals', () => {
  it('stand closes first, then opens by conviction, then by symbol, whatever the order of the subjects', () => {
    const subjects = [
      subjectOf(BTC, { signal: signalOf(BTC, { score: 3 }) }),
      subjectOf(SOL, { signal: signalOf(SOL, { score: -6, action: 'sell' }) }),
      subjectOf('XRP/USDT:USDT', { position: positionOf('XRP/USDT:USDT', { side: 'short' }) }),
      subjectOf(ETH, { signal: signalOf(ETH, { score: 3 }) }),
    ];
    const order = ['XRP/USDT:USDT', SOL, BTC, ETH];
    expect(propose(subjects, context).map(({ symbol }) => symbol)).toEqual(order);
    expect(propose(subjects.toReversed(), context).map(({ symbol }) => symbol)).toEqual(order);
  });
});
