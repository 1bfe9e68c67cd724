import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAuditRepository } from '#db/repositories/audit.ts';
import { createQTableRepository } from '#db/repositories/q-tables.ts';
import { createRetrainFacts } from '#db/repositories/retrain-facts.ts';
import { createRunRepository } from '#db/repositories/runs.ts';
import { DAY_MS, isoTime, MINUTE_MS } from '#domain/time.ts';
import type { RetrainSummary } from '#server/cli/retrain.ts';
import { BTC, ETH } from '#tests/support/agent-fixtures.ts';
import { type CandleFolder, createCandleFolder } from '#tests/support/candle-files.ts';
import { type Home, openHome } from '#tests/support/command-line.ts';
import { newRun } from '#tests/support/database-rows.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { WALK_FROM_MS, writeWalks } from '#tests/support/training-bars.ts';

/** Candles go on for ten days after the newest signal. */
const BARS = 65 * 96;
const NOW_MS = WALK_FROM_MS + 55 * DAY_MS;
const EVERY_MS = 15 * MINUTE_MS;

let home: Home;
let test: TestDatabase;
let folder: CandleFolder;

beforeAll(async () => {
  home = await openHome();
  test = await createTestDatabase();
  folder = await createCandleFolder();
  await writeWalks(folder, BARS);
});
beforeEach(() => test.clear());
afterAll(async () => {
  await home?.remove();
  await folder?.remove();
  await test?.drop();
});

const run = (...words: string[]) =>
  home.run(['retrain', ...words], { DATABASE_URL: test.url, VIGIL_DATA: folder.path });

/** Signals of both symbols at each quarter of an hour up to `lastMs`, newest first. */
async function addSignals(looks: number, { lastMs = NOW_MS, trend = 'bull', deskId = 'desk-1' } = {}) {
  const runId = `run-${deskId}-${lastMs}`;
  await createRunRepository(test.database).start(newRun({ runId, deskId, kind: 'analysis' }));
  for (const symbol of [BTC, ETH])
    await test.database.sql`
      insert into signals (signal_id, desk_id, run_id, symbol, action, score, confidence_fraction, points, spikes,
        trend, volatility, last_quote, at_ms)
      select ${`${runId}${symbol}`} || i, ${deskId}, ${runId}, ${symbol}, 'hold', 0, 0.1, '[]', 0,
        ${trend}, 'normal', 100, ${lastMs}::bigint - i * ${EVERY_MS}::bigint
      from generate_series(0, ${looks - 1}::int) as i`;
}

async function addTrades(won: number, lost: number): Promise<void> {
  await test.database.sql`
    insert into trades (desk_id, trade_id, position_id, symbol, side, quantity_base, entry_price_quote,
      exit_price_quote, leverage, gross_quote, fees_quote, funding_quote, net_quote, opened_at_ms, closed_at_ms,
      exit_reason)
    select 'desk-1', 't' || i, 'p' || i, ${BTC}, 'long', 1, 100, 101, 5, 1, 0, 0,
      case when i < ${won}::int then 1 else -1 end, ${NOW_MS}::bigint - 1000, ${NOW_MS}::bigint - i, 'exit'
    from generate_series(0, ${won + lost - 1}::int) as i`;
}

async function summary(...words: string[]): Promise<RetrainSummary> {
  const { code, stdout, stderr } = await run(...words, '--json');
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return JSON.parse(stdout);
}

describe('vigil retrain', { timeout: 120_000 }, () => {
  it('trains a version on nothing later than the newest signal, says why, and is not due again', async () => {
    await addSignals(1_000);
    const first = await summary('--episodes', '2');
    expect(first).toMatchObject({ deskId: 'desk-1', trained: { version: 1, isNew: true, complete: true } });
    expect(first.reasons.map(({ trigger }) => trigger)).toEqual(['signals']);
    const { facts } = first.trained ?? {};
    expect(facts?.symbols).toEqual([BTC, ETH]);
    expect(facts?.toMs).toBeLessThanOrEqual(NOW_MS);
    expect(facts?.toMs).toBeGreaterThan(NOW_MS - DAY_MS);
    const { items } = await createAuditRepository(test.database).list({ limit: 10, action: 'qtable.train' });
    expect(items).toMatchObject([
      {
        actor: 'retraining',
        subject: 'qtable:1',
        details: { because: ['2000 signals were recorded ever; 2000 ask for a new table'] },
      },
    ]);
    expect(await createQTableRepository(test.database).promotedVersion()).toBeNull();
    const again = await run('--episodes', '2');
    expect(again).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('nothing asks for a new Q-table'),
    });
  });

  it('leaves the version before it as it was', async () => {
    const tables = createQTableRepository(test.database);
    await addSignals(1_000, { lastMs: NOW_MS - 8 * DAY_MS });
    await summary('--episodes', '2');
    const before = await tables.get(1);
    await addSignals(100);
    const { reasons, trained } = await summary('--episodes', '2');
    expect(reasons.map(({ trigger }) => trigger)).toEqual(['age']);
    expect(trained).toMatchObject({ version: 2, isNew: true });
    expect(await tables.get(1)).toEqual(before);
  });

  it('with --why trains nothing', async () => {
    await addSignals(1_000);
    const { stdout } = await run('--why');
    expect(stdout).toBe(
      `desk desk-1, 2 symbols, recorded until ${isoTime(NOW_MS)}\nsignals: 2000 signals were recorded ever; 2000 ask for a new table\n`,
    );
    expect(await createQTableRepository(test.database).list()).toEqual([]);
  });

  it('says whose signals it could look at, where none was named', async () => {
    expect(await run()).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('none has one yet: let it run first'),
    });
    await addSignals(1);
    await addSignals(1, { deskId: 'desk-2' });
    expect(await run()).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('desk-1, desk-2 with --desk'),
    });
    expect(await run('--desk', 'desk-9')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--desk "desk-9" has recorded no signal'),
    });
  });

  it('counts what was recorded after the bars the newest table of this market knows', async () => {
    await addSignals(1_000, { lastMs: NOW_MS - 2 * DAY_MS });
    await summary('--episodes', '2');
    await addSignals(150, { trend: 'bear' });
    await addTrades(7, 13);
    const facts = await createRetrainFacts(test.database).of('desk-1');
    const { facts: known } = (await createQTableRepository(test.database).get(1)) ?? {};
    expect(facts).toMatchObject({ version: 1, knownToMs: known?.toMs, nowMs: NOW_MS, symbols: [BTC, ETH] });
    expect(facts).toMatchObject({ trades: 20, won: 7, trendThen: 'bull', trendNow: 'bear' });
    const since = Math.ceil((NOW_MS - (known?.toMs ?? 0)) / EVERY_MS);
    expect(facts?.signals).toBeGreaterThanOrEqual(300);
    expect(facts?.signals).toBeLessThanOrEqual(2 * since);
    // A table that knows later bars is of another market, or of a replay's future.
    await test.database.sql`
      update q_tables set facts = jsonb_set(facts, '{toMs}', to_jsonb(${NOW_MS + 1}::bigint))`;
    expect(await createRetrainFacts(test.database).of('desk-1')).toMatchObject({
      version: null,
      signals: 2_300,
    });
  });
});
