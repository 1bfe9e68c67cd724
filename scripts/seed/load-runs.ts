/** Runs into an empty database in one transaction: rows in batches, traces made by Postgres, indexes at the end. */
import type { ReservedSql, Sql } from 'postgres';
import type { Database } from '#db/client.ts';
import { messageRow } from '#db/repositories/called-messages.ts';
import { rowsText } from '#db/repositories/row-text.ts';
import { callVector, OWN_WORDS, ownVector } from '#db/repositories/run-words.ts';
import { jsonText } from '#db/schema/columns.ts';
import { DAY_MS } from '#domain/time.ts';
import { loadPrompts } from '#prompts/load-prompts.ts';
import { AGENTS, systemPrompt } from './said-text.ts';
import { type SeededCall, type SeededRun, seededRuns } from './seeded-run.ts';
import { recordTemplates, spanTemplates, TEMPLATES } from './trace-templates.ts';

export interface Load {
  readonly runs: number;
  readonly seed: number;
  readonly marketKey: string;
  readonly promptsDir: string;
  readonly tell: (progress: string) => void;
}

const FILLED = [
  'runs',
  'run_words',
  'word_days',
  'spans',
  'llm_calls',
  'messages',
  'order_intents',
  'orders',
] as const;
const BATCH = 500;
const SEASONS = 3;

export async function loadRuns(database: Database, load: Load): Promise<void> {
  const sql = await database.sql.reserve();
  try {
    await sql`begin`;
    await sql.unsafe(`set local synchronous_commit = off; set local maintenance_work_mem = '256MB'`);
    const indexes = await dropIndexes(sql);
    const [words] = await sql<{ name: string; definition: string }[]>`
      select conname as name, pg_get_constraintdef(oid) as definition from pg_constraint
      where conrelid = 'run_words'::regclass and contype = 'f'`;
    // The runs come after their words.
    if (words) await sql`alter table run_words drop constraint ${sql(words.name)}`;
    await loadTemplates(sql, load.seed);
    await fillSaid(sql, load);
    load.tell('traces and orders');
    await makeTraces(sql);
    load.tell('days of words');
    await keepAllWordDays(sql);
    if (words) await sql.unsafe(`alter table run_words add constraint ${words.name} ${words.definition}`);
    for (const [place, { indexdef }] of indexes.entries()) {
      load.tell(`indexes ${place + 1} of ${indexes.length}`);
      await sql.unsafe(indexdef);
    }
    await sql`commit`;
    load.tell('statistics');
    await sql.unsafe(`vacuum (analyze) ${FILLED.join(', ')}`);
  } catch (thrown) {
    await sql`rollback`;
    throw thrown;
  } finally {
    sql.release();
  }
}

/** Those no constraint needs: an index is made of all rows at once several times faster than row by row. */
async function dropIndexes(sql: ReservedSql): Promise<{ indexname: string; indexdef: string }[]> {
  const indexes = await sql<{ indexname: string; indexdef: string }[]>`
    select indexname, indexdef from pg_indexes
    where schemaname = 'public' and tablename in ${sql([...FILLED])}
      and indexname not in (select conname from pg_constraint)`;
  for (const { indexname } of indexes) await sql`drop index ${sql(indexname)}`;
  return indexes;
}

async function loadTemplates(sql: ReservedSql, seed: number): Promise<void> {
  await sql`create temp table record_templates (template int, rest jsonb) on commit drop`;
  await sql`create temp table staged (template int, like runs including defaults) on commit drop`;
  for (const [template, rest] of recordTemplates(seed).entries())
    await sql`insert into record_templates values (${template}, ${jsonText(rest)}::text::jsonb)`;
  await sql`
    create temp table span_templates on commit drop as
    select * from jsonb_to_recordset(${jsonText(spanTemplates(seed))}::text::jsonb) as t(
      template int, place int, name text, kind text, symbol text, "decidedBy" text, "afterMs" int, "durationMs" int,
      input jsonb, output jsonb)`;
}

async function fillSaid(sql: ReservedSql, load: Load): Promise<void> {
  const systems = systemMessages(load.promptsDir);
  await insertRows(sql, 'messages', [...systems.values()].flat());
  let batch: SeededRun[] = [];
  for (const run of seededRuns(load.runs, load.seed)) {
    batch.push(run);
    if (batch.length < BATCH && run.index < load.runs - 1) continue;
    await fillBatch(sql, batch, load, systems);
    load.tell(`runs ${run.index + 1} of ${load.runs}`);
    batch = [];
  }
}

type Systems = ReadonlyMap<string, readonly ReturnType<typeof messageRow>[]>;

function systemMessages(promptsDir: string): Systems {
  const texts = new Map<string, string>(loadPrompts(promptsDir).map(({ name, text }) => [name, text]));
  const seasons = Array.from({ length: SEASONS }, (_, season) => season + 1);
  const messageOf = (agent: string, version: number) =>
    messageRow({ role: 'system', content: systemPrompt(agent, version, texts.get(agent) ?? '') });
  return new Map(AGENTS.map((agent) => [agent, seasons.map((version) => messageOf(agent, version))]));
}

async function fillBatch(
  sql: ReservedSql,
  batch: readonly SeededRun[],
  load: Load,
  systems: Systems,
): Promise<void> {
  const said = batch.flatMap((run) => {
    const season = Math.min(SEASONS - 1, Math.floor((run.index / load.runs) * SEASONS));
    return run.calls.map((call, place) => saidCall(run, call, place, systems.get(call.agent)?.[season]));
  });
  await insertRows(
    sql,
    'staged',
    batch.map((run) => stagedRow(run, load)),
  );
  await insertRows(
    sql,
    'messages',
    said.map(({ question }) => question),
  );
  await insertRows(
    sql,
    'llm_calls',
    said.map(({ call }) => call),
  );
  await insertRows(sql, 'run_words', [...batch.map(ownWords), ...said.map(({ words }) => words)]);
}

function ownWords(run: SeededRun) {
  const { runId, startedAtMs } = run;
  return { runId, callId: OWN_WORDS, startedAtMs, words: ownVector(run) };
}

function saidCall(
  run: SeededRun,
  call: SeededCall,
  place: number,
  system = messageRow({ role: 'system', content: '' }),
) {
  const { agent, symbol, reply, costUsd } = call;
  const question = messageRow({ role: 'user', content: call.question });
  const [runId, callId] = [run.runId, `${run.runId}_${place}`];
  return {
    question,
    call: {
      ...{ callId, runId, agent, symbol, reply, costUsd, spanId: `${runId}_${4 + (place % 2)}` },
      ...{ model: 'seeded-model', provider: 'models.test', attempt: 1, status: 'ok', httpStatus: 200 },
      ...{ startedAtMs: run.startedAtMs + place * 300, durationMs: 250, waitedMs: 0 },
      ...{
        inputTokens: 1_400,
        outputTokens: 180,
        messageHashes: [system.sha256, question.sha256],
        hiddenFields: 0,
      },
    },
    words: {
      ...{ runId, callId, startedAtMs: run.startedAtMs },
      words: callVector({ reply, startedAtMs: run.startedAtMs, messages: [system, question] }),
    },
  };
}

function stagedRow(run: SeededRun, { seed, marketKey }: Load) {
  const { runId, kind, status, outcome, reason, question, symbols, startedAtMs, orders } = run;
  const deskId = run.desk === 0 ? marketKey : `${marketKey}--seeded-${run.desk}`;
  const finishedAtMs = startedAtMs + run.durationMs;
  const costUsd = run.calls.reduce((sum, call) => sum + call.costUsd, 0);
  const verdicts = run.denials.map((code) => ({
    ...{ proposalId: `${runId}_p`, symbol: symbols[0], outcome: 'denied', quantityBase: '0', stage: 'gate' },
    findings: [{ code, effect: 'deny', value: null, limit: null, message: code.replaceAll('_', ' ') }],
  }));
  const llm = { calls: run.calls.length, inputTokens: null, outputTokens: null, costUsd, abstentions: {} };
  const own = { runId, deskId, kind, outcome, reason, question, startedAtMs, finishedAtMs };
  return {
    ...{ ...own, template: run.index % TEMPLATES, status, symbols, level: 'clear', orders, costUsd, seed },
    ...{ marketAsOfMs: startedAtMs - 500, promptSetId: 'seeded', cancelRequested: false, hiddenFields: 0 },
    forkOf: kind === 'fork' || kind === 'shadow' ? 'seeded_0000000' : null,
    askedAgents: [...new Set(run.calls.map(({ agent }) => agent))].sort(),
    ...{ abstainedAgents: run.abstained, denialCodes: run.denials },
    record: outcome === null ? null : { ...own, verdicts, opinions: [], llm },
  };
}

async function makeTraces(sql: Sql): Promise<void> {
  const columns = await sql<{ names: string }[]>`
    select string_agg(quote_ident(column_name), ', ' order by ordinal_position) as names
    from information_schema.columns where table_schema = 'public' and table_name = 'runs'`;
  const names = columns[0]?.names ?? '';
  const filled = names.replace(/\brecord\b/, 'rest || record');
  await sql.unsafe(
    `insert into runs (${names}) select ${filled} from staged join record_templates using (template) order by started_at_ms`,
  );
  await sql`
    insert into spans (span_id, run_id, name, kind, symbol, status, started_at_ms, duration_ms, decided_by, input, output)
    select run_id || '_' || place, run_id, t.name, t.kind, t.symbol, 'ok', started_at_ms + "afterMs", "durationMs", "decidedBy", input, output
    from staged join span_templates t using (template) order by started_at_ms, place`;
  await sql`
    insert into order_intents (intent_id, client_order_id, run_id, desk_id, status, request, created_at_ms, updated_at_ms)
    select run_id || leg, run_id || leg, run_id, desk_id, 'filled',
      jsonb_build_object('clientOrderId', run_id || leg, 'symbol', symbols[1], 'side', 'buy', 'type', 'market', 'purpose', 'entry',
        'quantityBase', '0.1', 'reduceOnly', false, 'timeInForce', 'ioc', 'leverage', 2), finished_at_ms, finished_at_ms
    from staged, unnest(array['_a', '_b', '_c']) as leg where orders > 0`;
  await sql`
    insert into orders (desk_id, client_order_id, venue_order_id, symbol, side, type, purpose, status, quantity_base,
      filled_base, average_price_quote, fees_quote, reduce_only, time_in_force, leverage, created_at_ms, updated_at_ms)
    select desk_id, client_order_id, client_order_id, request ->> 'symbol', 'buy', 'market', 'entry', 'filled', 0.1, 0.1, 100,
      0.004, false, 'ioc', 2, created_at_ms, updated_at_ms
    from order_intents where client_order_id like 'seeded\\_%'`;
}

/** Of all rows at once: several times faster than call by call (repositories/word-days.ts). */
async function keepAllWordDays(sql: ReservedSql): Promise<void> {
  await sql`
    insert into word_days (word, day)
    select distinct word collate "C", (started_at_ms / ${DAY_MS}::bigint)::int
    from run_words, unnest(tsvector_to_array(words)) as word
    where word collate "C" < '0' or word collate "C" >= ':'
    on conflict do nothing`;
}

async function insertRows(sql: ReservedSql, table: string, rows: readonly object[]): Promise<void> {
  await sql`
    insert into ${sql(table)}
    select row.* from jsonb_populate_recordset(null::${sql(table)}, ${rowsText(rows)}::text::jsonb) as row`;
}
