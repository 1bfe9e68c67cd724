/**
 * How grave the market is for a desk, told by two who do not overwrite each other: each cycle's assessment, and the guard
 * between cycles. The graver one counts.
 */
import { and, eq, sql } from 'drizzle-orm';
import { type EpochMs, HOUR_MS } from '#domain/time.ts';
import { atRiskOf, type BreakerLevel, type BreakerReason, graverLevel } from '#domain/trading-state.ts';
import type { Queryable } from '../client.ts';
import { tradingState } from '../schema/desk.ts';
import { writeAudit } from './audit.ts';
import type { TradingRow } from './trading-rows.ts';

export interface Assessment {
  readonly level: BreakerLevel;
  readonly reasons: readonly BreakerReason[];
  readonly atMs: EpochMs;
}

export interface BreakerState {
  readonly level: BreakerLevel;
  readonly reasons: readonly BreakerReason[];
  /** Null before the first assessment. */
  readonly atMs: EpochMs | null;
}

interface Storing {
  readonly assessment: Assessment;
  readonly rowOf: (queryable: Queryable, deskId: string, locked: boolean) => Promise<TradingRow>;
}

/** What the guard sees, knowing of the person's override at this time; null for none. */
export interface WatchAssessment extends Assessment {
  readonly overriddenAtMs: EpochMs | null;
}

/** The longest window of a trigger: what begins again within it is the same occasion. */
const OCCASION_MS = 4 * HOUR_MS;

/** Both assessments as one; of a trigger that both tell, the guard's word, which is newer. */
export function breakerStateOf(row: TradingRow): BreakerState {
  const level = graverLevel(row.level, row.watchLevel);
  const watched = new Set(row.watchReasons.map(({ trigger }) => trigger));
  const reasons = [...row.watchReasons, ...row.levelReasons.filter(({ trigger }) => !watched.has(trigger))];
  const times = [row.levelAtMs, row.watchAtMs].filter((atMs) => atMs !== null);
  return { level, reasons, atMs: times.length === 0 ? null : Math.max(...times) };
}

/** Audited when the level changes; a new assessment of the same level that puts no side at risk takes one statement. */
export async function storeLevel(orm: Queryable, deskId: string, storing: Storing): Promise<BreakerState> {
  const { level, reasons, atMs } = storing.assessment;
  const columns = { level, levelReasons: reasons, levelAtMs: atMs };
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
  const { level, reasons, atMs, overriddenAtMs } = storing.assessment;
  const columns = { watchLevel: level, watchReasons: reasons, watchAtMs: atMs };
  await store(orm, deskId, storing, columns, (row) => row.overriddenAtMs === overriddenAtMs);
}

/** What begins anew long enough after the last one was over is another occasion. */
function riskColumns(row: TradingRow, next: TradingRow, atMs: EpochMs) {
  const isAtRisk = ({ levelReasons, watchReasons }: TradingRow) =>
    atRiskOf([...levelReasons, ...watchReasons], atMs) !== undefined;
  const [was, is] = [isAtRisk(row), isAtRisk(next)];
  const { atRiskSinceMs, atRiskUntilMs } = row;
  const isOver = atRiskSinceMs === null || (atRiskUntilMs ?? atRiskSinceMs) < atMs - OCCASION_MS;
  return {
    atRiskSinceMs: !was && is && isOver ? atMs : atRiskSinceMs,
    atRiskUntilMs: was && !is ? atMs : atRiskUntilMs,
  };
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
