/** The same days of recorded candles through the scheduled desk in replay and through a backtest, to the last digit. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CycleRecord } from '#domain/run.ts';
import { isoTime, MINUTE_MS, TIMEFRAME_MS } from '#domain/time.ts';
import { DEFAULT_SETTINGS } from '#graphs/deps.ts';
import { loadPrompts } from '#prompts/load-prompts.ts';
import { promptSetOf } from '#prompts/prompt-source.ts';
import { type BacktestDesk, openBacktestDesk } from '#server/backtest/backtest-desk.ts';
import { strategyOf } from '#server/backtest/strategies.ts';
import { RECORDED_MARKET, skipWithoutRecordedMarket } from '#tests/support/candle-files.ts';
import { openReplayedDesk, type ReplayedDesk } from '#tests/support/replayed-desk.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

const CYCLE_EVERY_MS = 15 * MINUTE_MS;

let test: TestDatabase;
let replayed: ReplayedDesk | undefined;
let tested: BacktestDesk | undefined;

beforeEach(async () => {
  test = await createTestDatabase();
});
afterEach(async () => {
  tested?.close();
  await replayed?.close();
  await test.drop();
});

/** Opens both on the same market; the backtest is told what the container was configured with. */
async function openBoth(environment: Readonly<Record<string, string>>) {
  replayed = await openReplayedDesk(test.url, environment);
  const { config, source, defaultDeskId } = replayed.container;
  tested = await openBacktestDesk({
    ...{ deskId: defaultDeskId, market: source.market, symbols: source.symbols },
    ...{ strategy: strategyOf('points'), prompts: promptSetOf(loadPrompts('prompts')) },
    limits: { ...config.limits, minOpenInterestQuote: source.minOpenInterestQuote },
    breaker: config.breaker,
    settings: { ...DEFAULT_SETTINGS, whenModelDown: config.llm.whenDown },
    ...{ seed: config.market.seed, startAtMs: source.startAtMs },
  });
  return { replayed, tested };
}

async function walkBoth(
  desks: { readonly replayed: ReplayedDesk; readonly tested: BacktestDesk },
  days: number,
): Promise<readonly CycleRecord[]> {
  const { market, startAtMs } = desks.replayed.container.source;
  const records: CycleRecord[] = [];
  for (let bar = 0; bar <= (days * 24 * 60 * MINUTE_MS) / TIMEFRAME_MS[market.finestTimeframe]; bar += 1) {
    const atMs = startAtMs + bar * TIMEFRAME_MS[market.finestTimeframe];
    for (const desk of [desks.replayed, desks.tested]) {
      desk.clock.nowMs = atMs;
      await desk.guard();
    }
    if (atMs % CYCLE_EVERY_MS !== 0) continue;
    const record = await desks.tested.cycle();
    expect(decided(await desks.replayed.cycle()), isoTime(atMs)).toEqual(decided(record));
    records.push(record);
  }
  return records;
}

/** What was seen, decided, sent and left, without what is the wall's and what rules do not ask: prompts and spending. */
function decided(record: CycleRecord): unknown {
  const { startedAtMs: _s, finishedAtMs: _f, marketFinishedAtMs: _m, promptSetId: _p, ...rest } = record;
  const { nodes, spending: _spending, ...said } = rest;
  return JSON.parse(
    JSON.stringify({ ...said, nodes: nodes.map(({ name, decidedBy }) => ({ name, decidedBy })) }),
  );
}

/** All that Postgres holds of the desk in replay, and all the backtest does. */
async function booksOfBoth({ replayed, tested }: Awaited<ReturnType<typeof openBoth>>) {
  const { rows, opened, defaultDeskId: deskId } = replayed.container;
  const { sql } = opened.database;
  const stored = {
    intents:
      await sql`select intent_id, status, reason, updated_at_ms::float8 as at_ms from order_intents order by sequence`,
    fills:
      await sql`select fill_id, quantity_base, price_quote, fee_quote, realised_quote, at_ms::float8 as at_ms from fills order by sequence`,
    fundings: await sql`select payment_id, amount_quote from fundings order by sequence`,
    trades:
      await sql`select trade_id, net_quote, gross_quote, fees_quote, funding_quote, leverage::float8, exit_reason, closed_at_ms::float8 as at_ms from trades order by closed_at_ms, trade_id`,
    equity:
      await sql`select at_ms::float8 as at_ms, equity_quote, balance_quote from equity_snapshots order by at_ms`,
    state: await rows.tradingState.read(deskId),
    level: await rows.tradingState.level(deskId),
  };
  const { books, equity, tradingState } = tested;
  const walked = {
    intents: [...books.intents.values()].map(({ intentId, status, reason, updatedAtMs }) => ({
      ...{ intent_id: intentId, status, reason, at_ms: updatedAtMs },
    })),
    fills: books.fills.map((fill) => ({
      ...{ fill_id: fill.fillId, quantity_base: fill.quantityBase, price_quote: fill.priceQuote },
      ...{ fee_quote: fill.feeQuote, realised_quote: fill.realisedQuote, at_ms: fill.atMs },
    })),
    fundings: books.fundings.map(({ paymentId, amountQuote }) => ({
      ...{ payment_id: paymentId, amount_quote: amountQuote },
    })),
    trades: [...books.trades.values()]
      .sort((left, right) => left.closedAtMs - right.closedAtMs || (left.tradeId < right.tradeId ? -1 : 1))
      .map((trade) => ({
        ...{ trade_id: trade.tradeId, net_quote: trade.netQuote, gross_quote: trade.grossQuote },
        ...{ fees_quote: trade.feesQuote, funding_quote: trade.fundingQuote, leverage: trade.leverage },
        ...{ exit_reason: trade.exitReason, at_ms: trade.closedAtMs },
      })),
    equity: equity.points.map(({ atMs, equityQuote, balanceQuote }) => ({
      ...{ at_ms: atMs, equity_quote: equityQuote, balance_quote: balanceQuote },
    })),
    state: await tradingState.read(deskId),
    level: await tradingState.level(deskId),
  };
  return { stored: JSON.parse(JSON.stringify(stored)), walked: JSON.parse(JSON.stringify(walked)) };
}

async function expectSame(environment: Readonly<Record<string, string>>, days: number) {
  const desks = await openBoth({ VIGIL_DATA: RECORDED_MARKET, ...environment });
  const records = await walkBoth(desks, days);
  const { stored, walked } = await booksOfBoth(desks);
  expect(walked).toEqual(stored);
  return { records, ...walked };
}

function outcomesOf(records: readonly CycleRecord[]): string[] {
  return [...new Set(records.map((record) => record.outcome))].sort();
}

describe('the desk in replay and a backtest', () => {
  it('decide, send and end the same on days of one-minute bars', async (context) => {
    skipWithoutRecordedMarket(context);
    const { records, fills, trades } = await expectSame(
      { VIGIL_SYMBOLS: 'BTC,ETH,SOL', VIGIL_FROM: '2025-05-30T00:00Z', VIGIL_DATA_VENUE: 'BINANCEUSDM' },
      1,
    );
    expect(outcomesOf(records)).toContain('traded');
    expect(fills.length).toBeGreaterThan(trades.length);
  }, 300_000);

  it('decide, send and end the same through a crash that trips the breaker', async (context) => {
    skipWithoutRecordedMarket(context);
    const { records, trades, fundings, state } = await expectSame(
      {
        ...{ VIGIL_SYMBOLS: 'BTC,ETH,SOL,BNB,XRP,DOGE', VIGIL_FROM: '2025-10-09T12:00Z' },
        VIGIL_DATA_VENUE: 'BINANCEUSDM',
      },
      2,
    );
    expect(outcomesOf(records)).toEqual(['denied', 'halted', 'held', 'traded']);
    expect(state).toMatchObject({ mode: 'active', reason: expect.stringContaining('has recovered') });
    expect(trades.length).toBeGreaterThan(10);
    expect(fundings.length).toBeGreaterThan(0);
  }, 300_000);
});
