/** What a backtest keeps in memory moves as its tables do, whatever happens in whatever order. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEquityMarks } from '#db/repositories/equity-marks.ts';
import { createTradingStateRepository } from '#db/repositories/trading-state.ts';
import { HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import type { BreakerLevel, BreakerReason, TradingMode } from '#domain/trading-state.ts';
import { createMemoryEquity } from '#server/backtest/memory-equity.ts';
import { createMemoryTradingState, newTradingState } from '#server/backtest/memory-trading-state.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

const MARKET = 'replay-rows';
const BEGUN_MS = Date.UTC(2025, 0, 1, 20);
const RUNS = 25;

let test: TestDatabase;
let desksMade = 0;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

/** Of each sequence its own: what others left is not seen. */
const newDesk = () => `${MARKET}--${++desksMade}`;

const atMs = fc.integer({ min: 0, max: 600 }).map((minutes) => BEGUN_MS + minutes * MINUTE_MS);

describe('equity marks in memory', () => {
  const point = fc.record({
    atMs,
    equityQuote: fc.integer({ min: 900, max: 1_100 }).map((whole) => `${whole}.5`),
    isOfCycle: fc.boolean(),
    isArmedThen: fc.boolean(),
  });

  it('measure losses from the same day’s start and the same peak as the table', async () => {
    const { sql } = test.database;
    await fc.assert(
      fc.asyncProperty(fc.array(point, { minLength: 1, maxLength: 25 }), atMs, async (points, nowMs) => {
        const desk = newDesk();
        const table = createEquityMarks(test.database, { marketKey: MARKET });
        const memory = createMemoryEquity();
        for (const { isOfCycle, isArmedThen, ...added } of points) {
          const row = { ...added, balanceQuote: '1000' };
          if (isOfCycle) {
            memory.set(row);
            await sql`
              insert into equity_snapshots (desk_id, at_ms, equity_quote, balance_quote)
              values (${desk}, ${row.atMs}, ${row.equityQuote}, ${row.balanceQuote})
              on conflict (desk_id, at_ms) do update set equity_quote = excluded.equity_quote`;
          } else {
            await memory.add(desk, row);
            await table.add(desk, row);
          }
          if (!isArmedThen) continue;
          memory.arm(added.atMs);
          await sql`
            insert into audit_log (actor, action, subject, details)
            values ('person', 'trading.arm', ${`desk:${desk}`}, ${JSON.stringify({ atMs: added.atMs, desks: [desk] })}::text::jsonb)`;
        }
        const lastArmedMs = Math.max(-1, ...points.map(({ isArmedThen, atMs }) => (isArmedThen ? atMs : -1)));
        const again = createMemoryEquity(memory.points, lastArmedMs < 0 ? null : lastArmedMs);
        expect(await again.of(desk, nowMs)).toEqual(await memory.of(desk, nowMs));
        expect(await memory.of(desk, nowMs)).toEqual(await table.of(desk, nowMs));
      }),
      { numRuns: RUNS, seed: 11 },
    );
  });
});

describe('a trading state in memory', () => {
  const mode = fc.constantFrom<TradingMode>('reducing', 'halted');
  const level = fc.constantFrom<BreakerLevel>('clear', 'watch', 'tripped');
  const step = fc.record({
    what: fc.constantFrom('tighten', 'relax', 'recover', 'setLevel', 'setWatch', 'arm'),
    ...{ to: mode, level, isHurt: fc.boolean() },
    endsBy: fc.constantFrom('person', 'recovery'),
    afterMs: fc.integer({ min: 0, max: 5 * HOUR_MS }),
  });

  it('stands where the table’s stands after every step', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), async (steps) => {
        const desk = newDesk();
        const begun = newTradingState(desk, BEGUN_MS);
        const { mode: begins, reason, setBy, sinceMs } = begun.row;
        const table = createTradingStateRepository(test.database, {
          defaultState: { mode: begins, reason, setBy, sinceMs },
          market: { key: MARKET, includes: () => true },
        });
        const memory = createMemoryTradingState(begun);
        let nowMs = BEGUN_MS;
        for (const { what, to, level: told, isHurt, endsBy, afterMs } of steps) {
          nowMs += afterMs;
          const why = { reason: `${what} at ${nowMs}`, setBy: 'breaker:guard', atMs: nowMs, endsBy } as const;
          const hurts: Pick<BreakerReason, 'hurts'> = isHurt ? { hurts: ['long'] } : {};
          const found = {
            trigger: 'btc_fall_1h',
            level: told,
            value: 0.1,
            limit: 0.15,
            message: what,
          } as const;
          const assessed = {
            level: told,
            reasons: told === 'clear' ? [] : [{ ...found, ...hurts }],
            atMs: nowMs,
          };
          if (what === 'arm') {
            const person = { ...why, setBy: 'person', endsBy: undefined };
            await table.arm(desk, person);
            memory.arm(person);
          }
          for (const rows of [table, memory]) {
            if (what === 'tighten') await rows.tighten(desk, to, why);
            if (what === 'relax') await rows.relax(desk, why);
            if (what === 'recover') await rows.recover(desk, await rows.read(desk), why);
            if (what === 'setLevel') await rows.setLevel(desk, assessed);
            if (what === 'setWatch') await rows.setWatch(desk, { ...assessed, overriddenAtMs: null });
          }
          expect(await memory.read(desk)).toEqual(await table.read(desk));
          expect(await memory.level(desk)).toEqual(await table.level(desk));
        }
      }),
      { numRuns: RUNS, seed: 12 },
    );
  });
});
