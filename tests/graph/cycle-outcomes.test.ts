import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors.ts';
import type { DataFault } from '#domain/market.ts';
import { CycleRecord, type NodeName } from '#domain/run.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';
import type { CycleDeps } from '#graphs/deps.ts';
import type { Script } from '#tests/support/memory-agents.ts';
import { AT_ONCE } from '#tests/support/memory-agents.ts';
import {
  MARKET,
  MOMENTS,
  openDesk,
  pathOf,
  RUNNERS,
  recordOfCycle,
  SYMBOLS,
} from '#tests/support/memory-cycles.ts';

const TO_SCANNER: readonly NodeName[] = [
  ...(['observe', 'indicators', 'qtable', 'breaker', 'guardian', 'scanner'] as const),
];
const DECIDING: readonly NodeName[] = ['context', 'propose', 'gate', 'risk', 'executor', 'place'];

function boom(): never {
  throw new Error('boom');
}

/** Equity marks that can be read so often and no more: the breaker asks first, then the gate. */
function failingAfter(reads: number): CycleDeps['equityMarks'] {
  let left = reads;
  return async () => (left-- > 0 ? { dayStartQuote: null, peakQuote: null } : boom());
}

/** The triggers always on watch, so that the Guardian is asked. */
const ON_WATCH: Pick<CycleDeps, 'thresholds'> = {
  thresholds: {
    falls: [{ asset: 'BTC', windowMs: 3_600_000, fallFraction: 0.9 }],
    watchShare: 0.000_01,
    marketHaltsEndBy: 'recovery',
  },
};

describe.each(RUNNERS)('a cycle by %s', (_name, run) => {
  it('holds without asking anybody when there is nothing to decide', async () => {
    const desk = await openDesk(MOMENTS.quiet);
    const record = await recordOfCycle(run, desk);
    expect(record).toMatchObject({ outcome: 'held', reason: 'nothing to decide', intents: [], subjects: [] });
    expect(desk.agents.asked).toEqual([]);
    expect(record.llm).toEqual({ calls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0, abstentions: {} });
    expect(pathOf(record)).toEqual([...TO_SCANNER, 'record']);
  });

  it('asks neither Risk agent nor Executor when no subject calls for a trade', async () => {
    const desk = await openDesk(MOMENTS.idle);
    const record = await recordOfCycle(run, desk);
    expect(record).toMatchObject({ outcome: 'held', reason: 'no subject called for a trade', intents: [] });
    expect(desk.agents.asked).toEqual(['scanner', ...record.subjects.map(() => 'context')]);
    expect(record.withheld.map(({ symbol }) => symbol)).toEqual(record.subjects);
    for (const { message } of record.withheld) expect(message).toMatch(/\d/);
    expect(pathOf(record)).toEqual([...TO_SCANNER, ...DECIDING, 'record']);
  });

  it('trades what passes, asks each agent once for it, and records it in the order of the path', async () => {
    const desk = await openDesk(MOMENTS.trading, { script: AT_ONCE });
    const record = await recordOfCycle(run, desk);
    expect(record.outcome).toBe('traded');
    expect(record.positions).toHaveLength(3);
    expect(record.intents.map(({ request }) => request.purpose)).toEqual(
      record.positions.flatMap(() => ['entry', 'stop', 'target']),
    );
    expect(record.intents.map(({ intentId }) => intentId).sort()).toEqual(
      record.orders.map(({ clientOrderId }) => clientOrderId).sort(),
    );
    expect(desk.agents.asked).toEqual(['scanner', 'context', 'context', 'context', 'risk', 'executor']);
    expect(pathOf(record)).toEqual([...TO_SCANNER, ...DECIDING, 'record']);
    const fannedOut = record.nodes.filter(({ name }) => name === 'context').map(({ symbol }) => symbol);
    expect(fannedOut).toEqual(record.subjects);
    expect(record.nodes.filter(({ name }) => name === 'record')).toHaveLength(1);
    for (const { proposalId, quantityBase } of record.proposals) {
      const verdicts = record.verdicts.filter((verdict) => verdict.proposalId === proposalId);
      const sizes = [quantityBase, ...verdicts.map((verdict) => verdict.quantityBase)].map(Number);
      expect(verdicts.map(({ stage }) => stage).filter((stage) => stage !== 'risk')).toEqual([
        'gate',
        'place',
      ]);
      expect(sizes).toEqual(sizes.toSorted((left, right) => right - left));
    }
    expect(record.account.after?.marginUsedQuote).not.toBe(record.account.before?.marginUsedQuote);
  });

  it('records cost and tokens as unknown as soon as one answer’s are, and still counts the calls', async () => {
    const desk = await openDesk(MOMENTS.trading);
    const { agents } = desk.deps;
    const paid = { calls: 2, inputTokens: 100, outputTokens: 10, costUsd: 0.5 };
    const asking: CycleDeps['agents'] = {
      ...agents,
      scanner: async (...asked) => ({ ...(await agents.scanner(...asked)), usage: paid }),
      executor: async (...asked) => ({
        ...(await agents.executor(...asked)),
        usage: { ...paid, outputTokens: null, costUsd: null },
      }),
    };
    const record = await recordOfCycle(run, desk, 'run-1', { ...desk.deps, agents: asking });
    expect(CycleRecord.parse(record).llm).toEqual({
      ...{ calls: 4, inputTokens: 200, outputTokens: null, costUsd: null, abstentions: {} },
    });
  });

  it('writes a span for each node, and an open one before it works', async () => {
    const desk = await openDesk(MOMENTS.trading);
    const opened: string[] = [];
    const tracer: CycleDeps['tracer'] = {
      opened: async ({ spanId, status }) => void opened.push(`${spanId} ${status}`),
      closed: desk.deps.tracer.closed,
    };
    const record = await recordOfCycle(run, desk, 'run-1', { ...desk.deps, tracer });
    const closed = desk.spans.map(({ spanId, status }) => `${spanId} ${status}`);
    expect(opened.map((span) => span.replace('open', 'ok')).sort()).toEqual(closed.sort());
    expect(closed).toHaveLength(record.nodes.length);
  });

  it('is denied when every open fails a limit, and asks nobody about it', async () => {
    const desk = await openDesk(MOMENTS.trading);
    const limits = { ...desk.deps.limits, maxOpenPositions: 0 };
    const record = await recordOfCycle(run, desk, 'run-1', { ...desk.deps, limits });
    expect(record).toMatchObject({
      outcome: 'denied',
      reason: '0 positions are open or opening, the limit is 0',
      intents: [],
      positions: [],
    });
    expect(record.verdicts.map(({ outcome }) => outcome)).toEqual(['denied', 'denied', 'denied']);
    expect(desk.agents.asked).not.toContain('risk');
    expect(desk.agents.asked).not.toContain('executor');
  });

  it('is denied where open interest is under the minimum, with the numbers of the snapshot', async () => {
    const desk = await openDesk(MOMENTS.trading);
    const limits = { ...desk.deps.limits, minOpenInterestQuote: 1e12 };
    const record = await recordOfCycle(run, desk, 'run-1', { ...desk.deps, limits });
    expect(record).toMatchObject({ outcome: 'denied', intents: [] });
    for (const { findings } of record.verdicts)
      expect(findings[0]).toMatchObject({
        ...{ code: 'too_illiquid', effect: 'deny', limit: 1e12 },
        message: expect.stringMatching(/^open interest \d{8,} of .+ is under the minimum 1000000000000$/),
      });
  });

  it('is denied when the Risk agent refuses all of it', async () => {
    const desk = await openDesk(MOMENTS.trading, {
      script: {
        risk: ({ proposals }) => ({
          reviews: proposals.map(({ proposalId }) => ({
            ...{ proposalId, action: 'refuse', sizeFraction: 0, reason: 'not today' },
          })),
          summary: '',
        }),
      },
    });
    const record = await recordOfCycle(run, desk);
    expect(record).toMatchObject({ outcome: 'denied', reason: 'not today', intents: [] });
  });

  it('tells an entry that filled in part as traded', async () => {
    const desk = await openDesk(MOMENTS.trading, {
      script: AT_ONCE,
      aroundBroker: (broker) => ({
        ...broker,
        async submit(order) {
          const sent = await broker.submit(order);
          return order.purpose === 'entry'
            ? { ...sent, status: 'cancelled', reason: 'the rest was ioc' }
            : sent;
        },
        findOrder: async (symbol, id) => {
          const found = await broker.findOrder(symbol, id);
          return found?.purpose === 'entry' ? { ...found, status: 'cancelled' } : found;
        },
      }),
    });
    expect((await recordOfCycle(run, desk)).outcome).toBe('traded');
  });

  it('fails when the market cannot be seen, and says what was wrong', async () => {
    const market: MarketData = {
      ...MARKET,
      snapshot: () =>
        Promise.reject(new AppError('venue_unavailable', 'binanceusdm did not answer in 5000 ms')),
    };
    const desk = await openDesk(MOMENTS.trading, { market });
    const record = await recordOfCycle(run, desk);
    expect(record).toMatchObject({
      outcome: 'failed',
      reason: 'observe: binanceusdm did not answer in 5000 ms',
      market: null,
      signals: [],
    });
    expect(pathOf(record)).toEqual(['observe', 'record']);
    expect(record.nodes[0]?.error).toMatchObject({ code: 'venue_unavailable' });
    expect(desk.spans.map(({ status }) => status)).toEqual(['failed', 'ok']);
  });

  it.each([
    ['venue_unavailable', 'binanceusdm did not answer in 5000 ms'],
    ['clock_skew', 'the account is 9000 ms ahead of this clock'],
  ] as const)('opens nothing and says why when the venue cannot be read for %s', async (code, words) => {
    const desk = await openDesk(MOMENTS.trading, {
      aroundBroker: (broker) => ({ ...broker, positions: () => Promise.reject(new AppError(code, words)) }),
    });
    const record = await recordOfCycle(run, desk);
    expect(record).toMatchObject({
      outcome: 'held',
      reason: `the venue could not be read, so nothing may open: ${words} (${code})`,
      account: { before: null, after: null },
      intents: [],
      notes: [`venue not readable: ${words}`],
    });
    expect((await desk.venue.activityAfter(null)).fills).toEqual([]);
  });

  it('opens nothing when every symbol’s data is unsound, and keeps the faults', async () => {
    const fault = (symbol: string): DataFault => ({ code: 'stale', symbol, timeframe: '3m', message: 'old' });
    const market: MarketData = {
      ...MARKET,
      snapshot: async (request) => ({
        ...(await MARKET.snapshot(request)),
        markets: new Map(),
        faults: request.symbols.map(fault),
      }),
    };
    const desk = await openDesk(MOMENTS.trading, { market });
    const record = await recordOfCycle(run, desk);
    const reason = 'none of 6 symbols has sound market data';
    expect(record).toMatchObject({ outcome: 'held', reason, intents: [], signals: [] });
    expect(record.market?.faults.map(({ symbol }) => symbol)).toEqual(SYMBOLS);
    expect(desk.agents.asked).not.toContain('scanner');
  });

  it('ends in its record when it was cancelled before it began', async () => {
    const desk = await openDesk(MOMENTS.trading);
    const control = { ...desk.deps.control, isCancelled: async () => true };
    const record = await recordOfCycle(run, desk, 'run-1', { ...desk.deps, control });
    expect(record).toMatchObject({ outcome: 'failed', intents: [] });
    expect(record.nodes[0]?.error?.code).toBe('run_interrupted');
    expect(pathOf(record)).toEqual(['observe', 'record']);
  });

  it('fails loudly when the record itself cannot be kept', async () => {
    const desk = await openDesk(MOMENTS.quiet);
    const records = { save: () => Promise.reject(new Error('the disk is full')) };
    await expect(run(desk.request('run-1'), { ...desk.deps, records })).rejects.toThrow();
  });

  const throwing: readonly (readonly [NodeName, Script, (deps: CycleDeps) => Partial<CycleDeps>])[] = [
    ['indicators', {}, () => ({ frames: { keep: boom, get: () => undefined, drop: () => {} } })],
    ['qtable', {}, () => ({ qtable: { advise: boom } })],
    ['breaker', {}, () => ({ equityMarks: boom })],
    ['guardian', { guardian: boom }, () => ON_WATCH],
    ['scanner', { scanner: boom }, () => ({})],
    ['context', { context: boom }, () => ({})],
    [
      'propose',
      {},
      ({ settings }) => ({ settings: Object.create(settings, { convictionWeight: { get: boom } }) }),
    ],
    ['gate', {}, () => ({ equityMarks: failingAfter(1) })],
    ['risk', { risk: boom }, () => ({})],
    ['executor', { executor: boom }, () => ({})],
    ['place', {}, ({ orders }) => ({ orders: { ...orders, place: boom } })],
  ];

  it.each(throwing)(
    'that breaks in %s goes straight to its record and opens nothing',
    async (node, script, over) => {
      const desk = await openDesk(MOMENTS.trading, { script });
      const record = await recordOfCycle(run, desk, 'run-1', { ...desk.deps, ...over(desk.deps) });
      expect(record).toMatchObject({
        outcome: 'failed',
        reason: `${node}: ${node} failed: boom`,
        intents: [],
      });
      expect(pathOf(record).slice(-2)).toEqual([node, 'record']);
      expect(record.nodes.filter(({ error }) => error !== null).every(({ name }) => name === node)).toBe(
        true,
      );
      expect((await desk.venue.activityAfter(null)).fills).toEqual([]);
    },
  );
});
