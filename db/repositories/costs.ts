/** Sums of what model calls came to. Money is summed exactly, as numeric. */
import { type SQL, sql } from 'drizzle-orm';
import type { CostGroup, CostItem, CostReport, CostSums } from '#domain/costs.ts';
import { DAY_MS, type EpochMs } from '#domain/time.ts';
import type { Database, Queryable } from '../client.ts';
import { defineRepository } from '../repository.ts';
import { llmCalls } from '../schema/llm.ts';
import { orderIntents, orders } from '../schema/orders.ts';
import { runs } from '../schema/runs.ts';
import { spendingReservations } from '../schema/spending.ts';
import { withAbstentions } from './run-abstentions.ts';

export interface CostSpan {
  readonly fromMs: EpochMs;
  /** Not included. */
  readonly toMs: EpochMs;
}

/** Of the newest entries; older ones count in the sums all the same. */
const TRADES_LISTED = 500;

type SumsRow = Record<string, string | number | null>;

/** The venue has seen it, or may have. One that was cancelled reached it where the venue shows its order. */
const IS_PLACED = sql`(${orderIntents.status} in ('sent', 'acknowledged', 'partially_filled', 'filled', 'unknown')
  or ${orderIntents.status} = 'cancelled' and exists (select 1 from ${orders}
    where ${orders.deskId} = ${orderIntents.deskId} and ${orders.clientOrderId} = ${orderIntents.clientOrderId}))`;

const DAY_KEY = sql`(${llmCalls.startedAtMs} / ${sql.raw(String(DAY_MS))})`;
const CALL_KEYS: Readonly<Record<Exclude<CostGroup, 'trade'>, SQL>> = {
  day: DAY_KEY,
  agent: sql`${llmCalls.agent}`,
  model: sql`${llmCalls.model}`,
  symbol: sql`${llmCalls.symbol}`,
};

export function createCostRepository(database: Database) {
  const { orm } = database;

  return defineRepository(database, {
    async report(by: CostGroup, span: CostSpan): Promise<CostReport> {
      const [[total], accepted, abstained, charged, items] = await Promise.all([
        sumsOf(orm, span, null),
        acceptedIn(orm, span),
        withAbstentions(orm, span, 'day'),
        chargedIn(orm, span),
        by === 'trade' ? tradesIn(orm, span) : groupsIn(orm, by, span),
      ]);
      const abstentions = [...abstained.values()].reduce((sum, count) => sum + count, 0);
      return {
        ...{ ...span, by, accepted, items },
        total: { ...(total?.sums ?? readSums({})), abstentions, charged },
      };
    },
  });
}

export type CostRepository = ReturnType<typeof createCostRepository>;

async function groupsIn(
  orm: Queryable,
  by: Exclude<CostGroup, 'trade'>,
  span: CostSpan,
): Promise<CostItem[]> {
  const groups = await sumsOf(orm, span, CALL_KEYS[by]);
  const abstained = by === 'model' ? null : await withAbstentions(orm, span, by);
  const named = new Map(groups.map(({ key, sums }) => [keyText(by, key), sums]));
  // An agent that nobody could ask made no call and abstained all the same.
  for (const key of abstained?.keys() ?? []) if (!named.has(key)) named.set(key, readSums({}));
  const items = [...named].map(([key, sums]) => ({
    ...{ key, ...sums, trade: null },
    abstentions: abstained === null ? null : (abstained.get(key) ?? 0),
  }));
  return by === 'day'
    ? items.sort((left, right) => ((left.key ?? '') < (right.key ?? '') ? -1 : 1))
    : items.sort((left, right) => (right.costUsd ?? 0) - (left.costUsd ?? 0));
}

function keyText(by: CostGroup, key: unknown): string | null {
  if (key === null) return null;
  return by === 'day' ? new Date(Number(key) * DAY_MS).toISOString().slice(0, 10) : String(key);
}

const SUMMED = ['inputTokens', 'outputTokens', 'cachedInputTokens', 'reasoningTokens', 'costUsd'] as const;

/** The columns of one group of calls. What was taken again is counted beside them. */
function sumColumns(): SQL {
  const columns = SUMMED.map((name) => {
    const column = llmCalls[name];
    return sql`sum(${column}::numeric) as ${sql.identifier(name)},
      count(*) filter (where ${column} is null) as ${sql.identifier(`${name}Unknown`)}`;
  });
  return sql`count(*) filter (where ${llmCalls.status} <> 'cached') as calls,
    count(*) filter (where ${llmCalls.status} = 'cached') as "cachedAnswers", ${sql.join(columns, sql`, `)}`;
}

async function sumsOf(
  orm: Queryable,
  { fromMs, toMs }: CostSpan,
  key: SQL | null,
): Promise<{ key: unknown; sums: CostSums }[]> {
  const rows = await orm.execute<SumsRow>(sql`
    select ${key ?? sql`null`} as key, ${sumColumns()} from ${llmCalls}
    where ${llmCalls.startedAtMs} >= ${fromMs} and ${llmCalls.startedAtMs} < ${toMs}
    ${key === null ? sql`` : sql`group by 1`}`);
  return rows.map((row) => ({ key: row.key ?? null, sums: readSums(row) }));
}

function readSums(row: SumsRow): CostSums {
  const count = (name: string) => Number(row[name] ?? 0);
  const known = (name: string) => {
    const sum = row[name];
    return sum === null || sum === undefined ? (count(`${name}Unknown`) === 0 ? 0 : null) : Number(sum);
  };
  return {
    calls: count('calls'),
    cachedAnswers: count('cachedAnswers'),
    inputTokens: known('inputTokens'),
    outputTokens: known('outputTokens'),
    cachedInputTokens: known('cachedInputTokens'),
    reasoningTokens: known('reasoningTokens'),
    costUsd: known('costUsd'),
    unknown: {
      inputTokens: count('inputTokensUnknown'),
      outputTokens: count('outputTokensUnknown'),
      cachedInputTokens: count('cachedInputTokensUnknown'),
      reasoningTokens: count('reasoningTokensUnknown'),
      costUsd: count('costUsdUnknown'),
    },
  };
}

/** The entries of cycles begun in the span: one for each proposal, however many orders it went out in. */
function entriesIn({ fromMs, toMs }: CostSpan): SQL {
  return sql`
    select ${runs.runId} as run_id, coalesce(${orderIntents.proposalId}, ${orderIntents.intentId}) as proposal,
      min(${orderIntents.request} ->> 'symbol') as symbol, min(${orderIntents.request} ->> 'side') as side,
      min(${orderIntents.createdAtMs}) as placed_at_ms
    from ${runs} join ${orderIntents} on ${orderIntents.runId} = ${runs.runId}
    where ${runs.kind} = 'cycle' and ${runs.startedAtMs} >= ${fromMs} and ${runs.startedAtMs} < ${toMs}
      and ${orderIntents.request} ->> 'purpose' = 'entry' and ${IS_PLACED}
    group by 1, 2`;
}

/** What was set aside for a call is let go when its cost is told; what is left of it counts to the end of its UTC day. */
async function chargedIn(
  orm: Queryable,
  { fromMs, toMs }: CostSpan,
): Promise<CostReport['total']['charged']> {
  const { createdAtMs, untilMs, usd } = spendingReservations;
  const [row] = await orm.execute<SumsRow>(sql`
    select count(*) as calls, coalesce(sum(${usd}::numeric), 0) as usd from ${spendingReservations}
    where ${createdAtMs} >= ${fromMs} and ${createdAtMs} < ${toMs} and ${untilMs} % ${sql.raw(String(DAY_MS))} = 0`);
  return { calls: Number(row?.calls ?? 0), usd: Number(row?.usd ?? 0) };
}

async function acceptedIn(orm: Queryable, span: CostSpan): Promise<CostReport['accepted']> {
  const { fromMs, toMs } = span;
  const [row] = await orm.execute<SumsRow>(sql`
    with cycles as (select ${runs.runId} from ${runs}
      where ${runs.kind} = 'cycle' and ${runs.startedAtMs} >= ${fromMs} and ${runs.startedAtMs} < ${toMs})
    select (select count(*) from cycles) as cycles, (select count(*) from (${entriesIn(span)}) as entries) as entries,
      ${sumColumns()} from ${llmCalls} where ${llmCalls.runId} in (select run_id from cycles)`);
  const { costUsd, unknown } = readSums(row ?? {});
  const entries = Number(row?.entries ?? 0);
  return {
    ...{ entries, cycles: Number(row?.cycles ?? 0), costUsd, unknownCalls: unknown.costUsd },
    usdPerEntry: entries === 0 || costUsd === null ? null : costUsd / entries,
  };
}

async function tradesIn(orm: Queryable, span: CostSpan): Promise<CostItem[]> {
  const rows = await orm.execute<SumsRow>(sql`
    with entries as (${entriesIn(span)}),
    listed as (select *, count(*) over (partition by run_id) as entries from entries
      order by placed_at_ms desc, run_id, proposal limit ${TRADES_LISTED})
    select listed.run_id as key, listed.symbol, listed.side, listed.placed_at_ms as "placedAtMs",
      listed.entries as entries, paid.*
    from listed left join lateral (select ${sumColumns()} from ${llmCalls}
      where ${llmCalls.runId} = listed.run_id) as paid on true
    order by listed.placed_at_ms desc, listed.run_id, listed.proposal`);
  return rows.map((row) => {
    const sums = readSums(row);
    const entriesOfCycle = Number(row.entries);
    const runId = String(row.key);
    return {
      ...{ key: runId, ...sums, abstentions: null },
      trade: {
        ...{ runId, symbol: String(row.symbol), side: row.side === 'sell' ? 'sell' : 'buy' },
        ...{ placedAtMs: Number(row.placedAtMs), entriesOfCycle },
        shareUsd: sums.costUsd === null ? null : sums.costUsd / entriesOfCycle,
      },
    };
  });
}
