import { describe, expect, it } from 'vitest';
import type { CycleRecord } from '#domain/run.ts';
import type { QAdvice, Signal } from '#domain/signal.ts';
import { BTC, cycleRecord, NOW_MS, position } from '#tests/support/database-rows.ts';
import { type BoardFacts, scannerBoard } from '#tools/signals/scanner-board.ts';

const [ETH, SOL, DOGE] = ['ETH/USDT:USDT', 'SOL/USDT:USDT', 'DOGE/USDT:USDT'] as const;
const FACTS: BoardFacts = { maxSubjects: 2, dayChanges: new Map([[BTC, 0.021]]) };

function signal(symbol: string, score: number, change: Partial<Signal> = {}): Signal {
  return {
    ...{ symbol, score, atMs: NOW_MS, action: 'hold', confidenceFraction: 0.5, strategy: 'weighted_points' },
    readings: [{ rule: 'ema_stack', timeframe: '1h', points: 2, evidence: 'EMA 9 3, 21 2, 50 1' }],
    ...{ spikes: [], lastQuote: 100, atrQuote: 1, indicators: [], reason: '' },
    regime: { trend: 'bull', volatilityRatio: 1, volatility: 'normal', btcCorrelation: null },
    ...change,
  };
}

function advice(symbol: string): QAdvice {
  const said = { visits: 0, counts: false, best: null, reason: 'no table has been promoted' };
  return { symbol, tableId: null, state: 'trend=bull', values: null, ...said };
}

function record(change: Partial<CycleRecord> = {}): CycleRecord {
  const symbols = [BTC, ETH, SOL, DOGE];
  return cycleRecord({
    market: {
      ...{ snapshotId: 's1', source: { kind: 'generator', name: 'g', synthetic: true }, asOfMs: NOW_MS },
      ...{ fastTimeframe: '3m', timeframes: ['3m'], symbols, bars: 1, faults: [] },
    },
    signals: [signal(BTC, 6), signal(ETH, 5), signal(SOL, 4), signal(DOGE, 1)],
    qAdvice: symbols.map(advice),
    subjects: [BTC],
    nodes: [
      {
        ...{ name: 'scanner', kind: 'agent', symbol: null, decidedBy: 'rules', error: null },
        ...{ startedAtMs: NOW_MS, durationMs: 1 },
      },
    ],
    opinions: [
      {
        ...{ agent: 'scanner', symbol: null, decidedBy: 'rules', abstention: null },
        answer: { ranked: [{ symbol: BTC, reason: 'a fresh trend' }], summary: 'one trend' },
      },
    ],
    ...change,
  });
}

function why(change: Partial<CycleRecord>): Record<string, string> {
  const board = scannerBoard(record(change), FACTS);
  return Object.fromEntries(board?.rows.map(({ symbol, why: words }) => [symbol, words]) ?? []);
}

describe('the Scanner’s board', () => {
  it('has every symbol with its price, points, rank and words', () => {
    const board = scannerBoard(record(), FACTS);
    expect(board?.scanner).toEqual({ decidedBy: 'rules', summary: 'one trend' });
    expect(board?.rows.map(({ symbol, rank, score }) => [symbol, rank, score])).toEqual([
      [BTC, 1, 6],
      [ETH, null, 5],
      [SOL, null, 4],
      [DOGE, null, 1],
    ]);
    expect(board?.rows[0]).toMatchObject({
      words: 'a fresh trend',
      dayChangeFraction: 0.021,
      isSubject: true,
    });
    expect(board?.rows[1]).toMatchObject({ words: null, dayChangeFraction: null, isSubject: false });
  });

  it('says of each symbol why it was looked at or not', () => {
    expect(why({})).toEqual({
      [BTC]: 'a subject, chosen off the shortlist',
      [ETH]: 'on the shortlist, left out by the Scanner',
      [SOL]: 'not among the 2 best of the shortlist',
      [DOGE]: 'not on the shortlist: 1 of 3 points, no spike',
    });
  });

  it('says that a held symbol is a subject for being held, and why no model was asked', () => {
    const observed = {
      ...{ symbols: [], openEntries: [], unknownOutcomes: 0, unread: null, assessed: null, gate: null },
      positions: [position({ symbol: DOGE })],
      tradingState: cycleRecord().tradingState,
    };
    const words = why({
      observed,
      subjects: [DOGE],
      moot: [{ symbol: DOGE, why: 'it would hold at every conviction' }],
    });
    expect(words[DOGE]).toBe(
      'a subject, since it is held; no model was asked: it would hold at every conviction',
    );
  });

  it('says that nobody ranked where the cycle ended before', () => {
    const words = why({ nodes: [], opinions: [], subjects: [], reason: 'the breaker is tripped' });
    expect(words[BTC]).toBe('nobody ranked: the breaker is tripped');
    expect(scannerBoard(record({ opinions: [] }), FACTS)?.scanner).toBeNull();
  });

  it('keeps a symbol whose data is not sound, with the fault and no figures', () => {
    const { market } = record();
    const fault = {
      code: 'gap',
      symbol: 'XRP/USDT:USDT',
      timeframe: '1h',
      message: 'a bar is missing',
    } as const;
    const board = scannerBoard(record({ market: market && { ...market, faults: [fault] } }), FACTS);
    expect(board?.rows.at(-1)).toMatchObject({
      ...{ symbol: 'XRP/USDT:USDT', lastQuote: null, score: null, advice: null },
      why: 'left out, its data is not sound: a bar is missing',
    });
  });

  it('says plainly that no Q-table has been promoted, and of one how much of its advice counts', () => {
    expect(scannerBoard(record(), FACTS)?.table).toEqual({
      tableId: null,
      words: 'No Q-table has been promoted, so its advice counts for nothing yet.',
    });
    const qAdvice = [
      { ...advice(BTC), tableId: 'q1', counts: true },
      { ...advice(ETH), tableId: 'q1' },
    ];
    expect(scannerBoard(record({ qAdvice }), FACTS)?.table.words).toBe(
      'Q-table q1: its advice counts for 1 of 2.',
    );
    const unread = { ...advice(BTC), tableId: 'q1', values: null, reason: 'it has another encoding' };
    expect(scannerBoard(record({ qAdvice: [unread] }), FACTS)?.table.words).toBe(
      'Q-table q1 has no say: it has another encoding.',
    );
  });

  it('is not there for a run that saw no market', () => {
    expect(scannerBoard(record({ market: null }), FACTS)).toBeNull();
  });
});
