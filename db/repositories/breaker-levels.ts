/**
 * How grave the market is for a desk, told by two who do not overwrite each other: each cycle's assessment, and the guard
 * between cycles. The graver one counts.
 */
import { and, eq, sql } from 'drizzle-orm';
import { atRiskOf } from '#domain/trading-state.ts';
import type { Queryable } from '../client.ts';
import { tradingState } from '../schema/desk.ts';
import { writeAudit } from './audit.ts';
import {
  type Assessment,
  type BreakerState,
  breakerStateOf,
  levelColumns,
  riskColumns,
  type TradingRow,
  type WatchAssessment,
  watchColumns,
} from './trading-moves.ts';

interface Storing {
  readonly assessment: Assessment;
  readonly rowOf: (queryable: Queryable, deskId: string, locked: boolean) => Promise<TradingRow>;
}

/** Audited when the level changes; a new assessment of the same level that puts no side at risk takes one statement. */
export async function storeLevel(orm: Queryable, deskId: string, storing: Storing): Promise<BreakerState> {
  const { level, reasons, atMs } = storing.assessment;
  const columns = levelColumns(storing.assessment);
  if (atRiskOf(reasons, atMs) === undefined) {
    const [unchanged] = await orm
      .update(tradingState)
      .set(columns)
      .where(
        and(
          eq(tradingState.deskId, deskId),
          eq(tradingState.level, level),
          sql`not jsonb_path_exists(${tradingState.levelReasons}, '$[*].hurts')`,
        ),
      )
      .returning();
    if (unchanged !== undefined) return breakerStateOf(unchanged);
  }
  return breakerStateOf(await store(orm, deskId, storing, columns));
}

/** What was seen before a person's override that the guard has not heard of yet is not stored. */
export async function storeWatch(
  orm: Queryable,
  deskId: string,
  storing: Storing & { readonly assessment: WatchAssessment },
): Promise<void> {
  const { overriddenAtMs } = storing.assessment;
  const columns = watchColumns(storing.assessment);
  await store(orm, deskId, storing, columns, (row) => row.overriddenAtMs === overriddenAtMs);
}

async function store(
  orm: Queryable,
  deskId: string,
  { assessment, rowOf }: Storing,
  columns: Partial<TradingRow>,
  isOf: (row: TradingRow) => boolean = () => true,
): Promise<TradingRow> {
  const { reasons, atMs } = assessment;
  return orm.transaction(async (transaction) => {
    const row = await rowOf(transaction, deskId, true);
    if (!isOf(row)) return row;
    const told = { ...row, ...columns };
    const risk = riskColumns(row, told, atMs);
    const next = { ...told, ...risk };
    await transaction
      .update(tradingState)
      .set({ ...columns, ...risk })
      .where(eq(tradingState.deskId, deskId));
    const from = breakerStateOf(row).level;
    const to = breakerStateOf(next).level;
    if (from === to) return next;
    await writeAudit(transaction, {
      actor: 'breaker',
      action: 'breaker.level',
      subject: `desk:${deskId}`,
      details: { from, to, reasons, atMs },
    });
    return next;
  });
}
