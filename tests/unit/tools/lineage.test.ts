import { describe, expect, it } from 'vitest';
import type { Trade } from '#domain/account.ts';
import type { OrderIntent } from '#domain/intent.ts';
import type { Fill } from '#domain/order.ts';
import { BTC } from '#tests/support/agent-fixtures.ts';
import { cycleRecord, fill, funding, intent, order } from '#tests/support/database-rows.ts';
import { decisionAbout, gapsOf, type LineageSource } from '#tools/lineage/decision-lineage.ts';
import { tradeLineage, tripOf } from '#tools/lineage/trade-lineage.ts';
import { foldTrips } from '#tools/orders/round-trips.ts';

const told = (fillId: string, change: Partial<Fill>): Fill =>
  fill(fillId, { symbol: BTC, clientOrderId: `order-${fillId}`, realisedQuote: '0', ...change });

function plan(
  clientOrderId: string,
  purpose: OrderIntent['request']['purpose'],
  change: Partial<OrderIntent>,
): OrderIntent {
  const made = intent(clientOrderId, change);
  return { ...made, request: { ...made.request, purpose } };
}

const TURNED = [
  told('a', { side: 'buy', quantityBase: '2', priceQuote: '100', feeQuote: '0.2', atMs: 1_000 }),
  // Closes the long of 2 and opens a short of 1: a third of its fee is the short's.
  told('b', {
    side: 'sell',
    quantityBase: '3',
    priceQuote: '110',
    feeQuote: '0.33',
    realisedQuote: '20',
    atMs: 2_000,
  }),
  told('c', {
    side: 'buy',
    quantityBase: '1',
    priceQuote: '105',
    feeQuote: '0.105',
    realisedQuote: '5',
    atMs: 3_000,
  }),
];

function lineageOf(
  fills: readonly Fill[],
  at: number,
  change: Partial<Parameters<typeof tradeLineage>[0]> = {},
) {
  const { closed, open } = foldTrips(fills, [
    { ...funding('n1'), symbol: BTC, amountQuote: '0.07', atMs: 1_500 },
  ]);
  const trip = [...closed, ...open][at];
  if (trip === undefined) throw new Error('no such trip');
  const facts = { deskId: 'desk-1', trade: null, position: null, intents: [], orders: [], sources: [] };
  return tradeLineage({ ...facts, trip: tripOf(trip), ...change });
}

describe('the sums of a trade', () => {
  it('split a fill that turned the position around, to the last digit', () => {
    const [long, short] = [lineageOf(TURNED, 0), lineageOf(TURNED, 1)];
    expect(long.sums).toEqual({
      ...{ entryBase: '2', exitBase: '2', grossQuote: '20' },
      ...{ entryFeesQuote: '0.2', exitFeesQuote: '0.22', fundingQuote: '0.07', netQuote: '19.51' },
    });
    expect(short.sums).toMatchObject({ entryFeesQuote: '0.11', exitFeesQuote: '0.105', netQuote: '4.785' });
    expect(long.orders.at(-1)?.fills).toMatchObject([
      { fillId: 'b', quantityBase: '3', ofTrade: { quantityBase: '2' } },
    ]);
    expect(short).toMatchObject({ tradeId: 'b-turned', side: 'short' });
  });

  it('of an open one go as far as it has come', () => {
    const open = lineageOf(TURNED.slice(0, 1), 0);
    expect(open).toMatchObject({
      closedAtMs: null,
      sums: { entryBase: '2', exitBase: '0', netQuote: '-0.27' },
    });
  });

  it('are said to differ where the books have another profit', () => {
    const { missing } = lineageOf(TURNED, 0, { trade: { tradeId: 'a', netQuote: '19.5' } as Trade });
    expect(missing).toContainEqual({
      ...{ link: 'sums', subject: 'a' },
      message: 'the books say 19.5 after fees and funding, fills and funding come to 19.51',
    });
  });
});

describe('the orders of a trade', () => {
  const ROUND = [
    told('a', { clientOrderId: 'entry', side: 'buy', quantityBase: '2', atMs: 10_000 }),
    told('b', { clientOrderId: 'exit', side: 'sell', quantityBase: '2', purpose: 'exit', atMs: 90_000 }),
  ];
  const ofRun = { runId: 'run-1', proposalId: 'p1', createdAtMs: 9_000 };
  const clientOrderIds = (intents: readonly OrderIntent[]) =>
    lineageOf(ROUND, 0, { intents }).orders.map(({ clientOrderId, origin }) => `${origin} ${clientOrderId}`);

  it('are those planned with its entry, custody’s for its position, and nobody else’s', () => {
    const custodys = (position: string, createdAtMs: number) => ({
      runId: `custody:${position}`,
      createdAtMs,
    });
    expect(
      clientOrderIds([
        plan('entry', 'entry', ofRun),
        plan('stop', 'stop', ofRun),
        plan('other-stop', 'stop', { ...ofRun, proposalId: 'p2' }),
        plan('earlier', 'stop', custodys('p0', 1_000)),
        plan('moved', 'stop', custodys('p1', 50_000)),
        plan('next', 'stop', custodys('p2', 90_000)),
        plan('filled-elsewhere', 'stop', { ...custodys('p3', 60_000), status: 'filled' }),
        plan('exit', 'exit', { runId: 'person:p1', createdAtMs: 89_000 }),
      ]),
    ).toEqual(['run entry', 'run stop', 'custody moved', 'person exit']);
  });

  it('stand where the venue took them, else where they were planned', () => {
    const intents = [plan('entry', 'entry', ofRun), plan('stop', 'stop', ofRun)];
    const orders = [order('stop', { purpose: 'stop', createdAtMs: 10_500 })];
    expect(lineageOf(ROUND, 0, { intents, orders }).orders).toMatchObject([
      { clientOrderId: 'entry', atMs: 9_000 },
      { clientOrderId: 'stop', atMs: 10_500 },
      { clientOrderId: 'exit', atMs: 90_000 },
    ]);
  });

  it('nobody of ours planned are the venue’s, and a missing plan is said unless it is a liquidation', () => {
    const liquidated = [ROUND[0], { ...ROUND[1], purpose: 'liquidation' }] as Fill[];
    const found = lineageOf(liquidated, 0);
    expect(found.orders.map(({ origin, purpose: of }) => `${origin} ${of}`)).toEqual([
      'venue entry',
      'venue liquidation',
    ]);
    expect(found.missing).toMatchObject([{ link: 'intent', subject: 'entry' }]);
  });
});

describe('a decision', () => {
  const source: LineageSource = {
    ...{ runId: 'run-1', kind: 'cycle', status: 'finished', thinnedAtMs: null, hasCandles: true },
    ...{ promptVersions: { risk: 3 }, spans: [], calls: [] },
    record: cycleRecord({
      subjects: [BTC],
      opinions: [
        {
          agent: 'context',
          symbol: 'ETH/USDT:USDT',
          decidedBy: 'rules',
          abstention: null,
          answer: { symbol: 'ETH/USDT:USDT', stance: 'neutral', conviction: 0, evidence: [], summary: '' },
        },
        {
          agent: 'scanner',
          symbol: null,
          decidedBy: 'model',
          abstention: null,
          answer: {
            ranked: [
              { symbol: 'ETH/USDT:USDT', reason: 'x' },
              { symbol: BTC, reason: 'y' },
            ],
            summary: '',
          },
        },
        {
          agent: 'risk',
          symbol: null,
          decidedBy: 'model',
          abstention: null,
          answer: { reviews: [], summary: '' },
        },
      ],
    }),
  };

  it('about one symbol leaves out what was said of others', () => {
    expect(decisionAbout(BTC, source)?.opinions).toMatchObject([
      { agent: 'scanner', answer: { ranked: [{ symbol: BTC }] } },
    ]);
    expect(gapsOf(source)).toEqual([]);
  });

  it('of a run without prompts on record says so', () => {
    expect(gapsOf({ ...source, promptVersions: null })).toMatchObject([{ link: 'prompts' }]);
  });
});
