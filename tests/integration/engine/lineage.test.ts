/** The chain from candle to profit over a real desk: cycles, custody, fired stops and a person's close. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Trade } from '#domain/account.ts';
import { decimalText, sumDecimals } from '#domain/decimal.ts';
import type { RunLineage, TradeLineage } from '#domain/lineage.ts';
import { TradeLineage as TradeLineageSchema } from '#domain/lineage.ts';
import { parseSymbol } from '#domain/symbol.ts';
import { HOUR_MS } from '#domain/time.ts';
import type { Container } from '#server/container.ts';
import { createLineage, type LineagePort } from '#server/lineage.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { openContainer } from '#tests/support/test-desk.ts';

const CYCLES = 8;
const MOST_CYCLES = 40;
const EVERY_MS = HOUR_MS;
const SYMBOLS = ['BTC', 'ETH', 'SOL', 'BNB', 'XRP', 'DOGE'].map(parseSymbol);

let test: TestDatabase;
let container: Container;
let lineage: LineagePort;
let deskId: string;
let laterMs = 0;
const runIds: string[] = [];

beforeAll(async () => {
  test = await createTestDatabase();
  container = await openContainer(test.url, {
    around: { clock: (clock) => ({ ...clock, nowMs: () => clock.nowMs() + laterMs }) },
  });
  deskId = `${container.source.key}--lineage`;
  const { rows } = container;
  lineage = createLineage(rows);
  const desk = {
    deskId,
    name: 'lineage',
    symbols: SYMBOLS,
    intervalMs: 60_000,
    paused: true,
    createdAtMs: 0,
  };
  await rows.desks.create(desk);
  // Some trades are over by then, and one is open.
  for (let cycle = 0; cycle < MOST_CYCLES; cycle += 1) {
    laterMs = cycle * EVERY_MS;
    await runCycle(`run-${cycle}`);
    if (cycle >= CYCLES && (await rows.orders.positions([deskId])).length > 0) break;
  }
}, 120_000);
afterAll(async () => {
  await container?.close();
  await test?.drop();
});

async function runCycle(runId: string): Promise<void> {
  const { rows, engine } = container;
  const { promptSetId } = await rows.prompts.resolveSet('production', 0);
  await rows.runs.start({
    ...{ runId, deskId, symbols: SYMBOLS, promptSetId, kind: 'cycle', status: 'queued' },
    ...{ question: null, seed: 7, owner: null, startedAtMs: Date.now() },
  });
  expect(await engine.execute(runId)).toBe('finished');
  runIds.push(runId);
}

async function tradesOfDesk(): Promise<readonly Trade[]> {
  return (await container.rows.orders.listTrades({ deskIds: [deskId], limit: 200 })).items;
}

const purposes = ({ orders }: TradeLineage, origin: string) =>
  orders.filter((order) => order.origin === origin).map(({ purpose }) => purpose);

describe('the lineage of a trade', () => {
  it('comes to the profit of the books, to the last digit, and names every fill once', async () => {
    const trades = await tradesOfDesk();
    expect(trades.length).toBeGreaterThan(2);
    const seen: string[] = [];
    for (const trade of trades) {
      const found = await lineage.ofTrade(trade.tradeId, [deskId]);
      expect(TradeLineageSchema.parse(found)).toEqual(found);
      const { sums, orders, fundings, missing } = found;
      expect(sums.netQuote, trade.tradeId).toBe(decimalText(trade.netQuote));
      expect(sums.grossQuote).toBe(decimalText(trade.grossQuote));
      expect(decimalText(sumDecimals([sums.entryFeesQuote, sums.exitFeesQuote]))).toBe(
        decimalText(trade.feesQuote),
      );
      expect(decimalText(sumDecimals(fundings.map(({ amountQuote }) => amountQuote)))).toBe(
        decimalText(trade.fundingQuote),
      );
      expect(sums.entryBase).toBe(sums.exitBase);
      expect(missing).toEqual([]);
      expect(found).toMatchObject({ trade: { tradeId: trade.tradeId }, position: null });
      seen.push(...orders.flatMap(({ fills }) => fills.map(({ fillId }) => fillId)));
    }
    expect(seen.toSorted()).toEqual([...new Set(seen)].toSorted());
  });

  it('leads from the look at the market over proposal and verdicts to the orders it sent', async () => {
    for (const { tradeId, symbol } of await tradesOfDesk()) {
      const { decisions, orders } = await lineage.ofTrade(tradeId, [deskId]);
      const [opening] = decisions;
      const entry = orders.find(({ purpose }) => purpose === 'entry');
      expect(opening).toMatchObject({
        ...{ runId: entry?.runId, symbol, outcome: 'traded' },
        market: { snapshotId: expect.any(String), asOfMs: expect.any(Number) },
        signal: { symbol },
        qAdvice: { symbol },
        proposals: [{ proposalId: entry?.proposalId, kind: 'open' }],
        spans: { observe: expect.any(String), gate: expect.any(String), place: expect.any(String) },
      });
      expect(opening?.verdicts.map(({ stage }) => stage)).toEqual(expect.arrayContaining(['gate', 'place']));
      const context = opening?.opinions.find(({ agent }) => agent === 'context');
      expect(context).toMatchObject({
        symbol,
        spanId: expect.any(String),
        prompt: { name: 'context', version: 1 },
      });
      const planned = orders
        .filter(({ proposalId }) => proposalId === entry?.proposalId)
        .map(({ purpose }) => purpose);
      expect(planned).toEqual(expect.arrayContaining(['entry', 'stop', 'target']));
    }
  });

  it('tells an open trade as far as it has come, by its own id and by its position’s', async () => {
    const [open] = await container.rows.orders.positions([deskId]);
    if (open === undefined) throw new Error('nothing is open');
    const byPosition = await lineage.ofTrade(open.positionId, [deskId]);
    expect(byPosition).toMatchObject({
      symbol: open.symbol,
      closedAtMs: null,
      trade: null,
      position: { positionId: open.positionId },
    });
    expect(byPosition.openedAtMs).toBe(open.openedAtMs);
    expect(await lineage.ofTrade(byPosition.tradeId, [deskId])).toEqual(byPosition);
    expect(byPosition.sums.entryFeesQuote).toBe(decimalText(open.feesQuote));
  });

  it('names the order of a person who closed it, and keeps its id', async () => {
    const [open] = await container.rows.orders.positions([deskId]);
    if (open === undefined) throw new Error('nothing is open');
    const before = await lineage.ofTrade(open.positionId, [deskId]);
    const orders = await container.house.orders(deskId);
    await orders.close({ symbol: open.symbol, side: null }, 'enough of it');
    const after = await lineage.ofTrade(before.tradeId, [deskId]);
    expect(after).toMatchObject({ tradeId: before.tradeId, trade: { exitReason: 'person' }, position: null });
    expect(purposes(after, 'person')).toEqual(['exit']);
    expect(after.orders.at(-1)).toMatchObject({ origin: 'person', intent: { reason: 'enough of it' } });
    await expect(lineage.ofTrade('no-such-trade', [deskId])).rejects.toMatchObject({ code: 'not_found' });
    await expect(lineage.ofTrade(before.tradeId, ['another-desk'])).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('the lineage of a run', () => {
  it('has each trade its orders had a hand in, and every decision on a subject', async () => {
    const byRun = new Map<string, RunLineage>();
    for (const runId of runIds) byRun.set(runId, await lineage.ofRun(runId));
    for (const { tradeId } of await tradesOfDesk()) {
      const { orders } = await lineage.ofTrade(tradeId, [deskId]);
      const hands = new Set(orders.flatMap(({ runId }) => runId ?? []));
      expect(hands.size).toBeGreaterThan(0);
      for (const runId of runIds) {
        const named = byRun.get(runId)?.trades.some((trade) => trade.tradeId === tradeId);
        expect(named, `${runId} and ${tradeId}`).toBe(hands.has(runId));
      }
    }
    for (const runId of runIds) {
      const record = await container.rows.runs.record(runId);
      const told = byRun.get(runId)?.decisions ?? [];
      expect(told.flatMap(({ verdicts }) => verdicts)).toHaveLength(record?.verdicts.length ?? 0);
      expect(told.map(({ symbol }) => symbol)).toEqual(expect.arrayContaining([...(record?.subjects ?? [])]));
    }
  });

  it('says what is missing once its trace is thinned or its record gone', async () => {
    const { sql } = test.database;
    const [runId = ''] = runIds;
    await sql`update runs set thinned_at_ms = 1744027200000 where run_id = ${runId}`;
    await sql`delete from spans where run_id = ${runId}`;
    await sql`delete from snapshots where snapshot_id = (select snapshot_id from runs where run_id = ${runId})`;
    const thinned = await lineage.ofRun(runId);
    expect(thinned.missing.map(({ link }) => link)).toEqual(['trace', 'candles']);
    expect(thinned.decisions[0]?.spans).toEqual({});
    await sql`update runs set record = null where run_id = ${runId}`;
    const bare = await lineage.ofRun(runId);
    expect(bare.missing).toMatchObject([
      { link: 'record', message: expect.stringContaining('left no record') },
    ]);
    expect(bare.decisions).toEqual([]);
    expect(bare.trades.length).toBeGreaterThan(0);
    await sql`delete from runs where run_id = ${runId}`;
    const [orphan] = bare.trades;
    const without = await lineage.ofTrade(orphan?.tradeId ?? '', [deskId]);
    expect(without.missing).toMatchObject([{ link: 'run', subject: runId }]);
    await expect(lineage.ofRun(runId)).rejects.toMatchObject({ code: 'not_found' });
  });
});
