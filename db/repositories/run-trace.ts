/**
 * What a run's page reads. A run may hold megabytes: what is long is cut by the database, so that it is neither sent here
 * nor parsed, and read whole for one span or one call alone.
 */
import { and, asc, eq, getTableColumns, inArray, sql } from 'drizzle-orm';
import type { Opinion } from '#domain/opinion.ts';
import type { Order } from '#domain/order.ts';
import type { RunSummary, Span } from '#domain/run.ts';
import type {
  CallSketch,
  KeptCall,
  KeptSpan,
  MessageSketch,
  RunNeighbours,
  RunTrace,
  SpanAttempt,
  SpanSketch,
} from '#domain/run-trace.ts';
import type { Database, Queryable } from '../client.ts';
import { defineRepository } from '../repository.ts';
import { llmCalls, messages, promptSets } from '../schema/llm.ts';
import { orderIntents, orders } from '../schema/orders.ts';
import { runs, spans } from '../schema/runs.ts';
import { callById, IN_ORDER } from './called-messages.ts';
import { type AskedCall, repairedCall } from './repaired-call.ts';
import { runSummaryColumns } from './run-list.ts';
import { neighboursOf } from './run-neighbours.ts';

/** A body up to here is told whole. */
const WHOLE_BYTES = 1_024;
const PREVIEW_CHARACTERS = 160;

export type StoredTrace = Omit<RunTrace, 'run'> & { readonly run: RunSummary };

export interface StoredSpan {
  readonly span: KeptSpan;
  readonly attempts: readonly SpanAttempt[];
  readonly runStatus: RunSummary['status'];
}

export interface StoredCall {
  readonly call: KeptCall;
  readonly repairOf: string | null;
  readonly repairedBy: string | null;
  /** Whether no other reply to its question came after it. */
  readonly isLastReply: boolean;
  readonly opinions: readonly Opinion[];
  readonly promptVersions: Readonly<Record<string, number>>;
  readonly runStatus: RunSummary['status'];
}

export function createRunTraceRepository(database: Database) {
  const { orm } = database;

  return defineRepository(database, {
    async ofRun(runId: string): Promise<StoredTrace | null> {
      const [[found], spansThere, calls, ordersNow] = await Promise.all([
        orm
          .select({ ...runSummaryColumns, hiddenFields: runs.hiddenFields })
          .from(runs)
          .where(eq(runs.runId, runId)),
        spanSketches(database, runId),
        callSketches(orm, runId),
        ordersOfRun(orm, runId),
      ]);
      if (found === undefined) return null;
      const { hiddenFields: hiddenInRun, ...run } = found;
      const hiddenFields = [...spansThere, ...calls].reduce(
        (sum, kept) => sum + kept.hiddenFields,
        hiddenInRun,
      );
      return { run, spans: spansThere, calls, orders: ordersNow, hiddenFields };
    },

    neighbours: (runId: string): Promise<RunNeighbours | null> => neighboursOf(orm, runId),

    async span(runId: string, spanId: string): Promise<StoredSpan | null> {
      const [row] = await orm
        .select({ ...getTableColumns(spans), runStatus: runs.status })
        .from(spans)
        .innerJoin(runs, eq(runs.runId, spans.runId))
        .where(and(eq(spans.runId, runId), eq(spans.spanId, spanId)));
      if (row === undefined) return null;
      const { runStatus, ...span } = row;
      return { span, attempts: await attemptsAt(orm, span), runStatus };
    },

    async call(runId: string, callId: string): Promise<StoredCall | null> {
      const [asked, [run]] = await Promise.all([
        askedCalls(orm, runId),
        orm
          .select({
            runStatus: runs.status,
            opinions: sql<Opinion[]>`coalesce(${runs.record} -> 'opinions', '[]')`,
            promptVersions: promptSets.versions,
          })
          .from(runs)
          .leftJoin(promptSets, eq(promptSets.promptSetId, runs.promptSetId))
          .where(eq(runs.runId, runId)),
      ]);
      const found = asked.find((call) => call.callId === callId);
      const call = found && (await callById(orm, callId));
      if (found === undefined || call === undefined || run === undefined) return null;
      return {
        call,
        repairOf: repairedCall(found, asked),
        repairedBy: asked.find((later) => repairedCall(later, asked) === callId)?.callId ?? null,
        isLastReply: asked.findLast(({ spanId, hasReply }) => hasReply && spanId === found.spanId) === found,
        ...run,
        promptVersions: run.promptVersions ?? {},
      };
    },
  });
}

interface SketchRow extends Omit<KeptSpan, 'input' | 'output'> {
  readonly input: unknown;
  readonly output: unknown;
  readonly inputCut: SpanSketch['cut']['input'];
  readonly outputCut: SpanSketch['cut']['output'];
}

async function spanSketches({ sql }: Pick<Database, 'sql'>, runId: string): Promise<SpanSketch[]> {
  // Each body becomes text once: without the fence (`offset 0`) it would for every mention of it.
  const rows = await sql<SketchRow[]>`
    select span_id as "spanId", run_id as "runId", name, kind, symbol, status, started_at_ms::float8 as "startedAtMs",
      duration_ms as "durationMs", decided_by as "decidedBy", error, hidden_fields as "hiddenFields",
      case when octet_length(body.input) <= ${WHOLE_BYTES} then spans.input end as input,
      case when octet_length(body.output) <= ${WHOLE_BYTES} then spans.output end as output,
      case when octet_length(body.input) > ${WHOLE_BYTES} then
        json_build_object('bytes', octet_length(body.input), 'preview', left(body.input, ${PREVIEW_CHARACTERS})) end as "inputCut",
      case when octet_length(body.output) > ${WHOLE_BYTES} then
        json_build_object('bytes', octet_length(body.output), 'preview', left(body.output, ${PREVIEW_CHARACTERS})) end as "outputCut"
    from spans, lateral (select spans.input::text as input, spans.output::text as output offset 0) as body
    where run_id = ${runId}
    order by started_at_ms, span_id`;
  return rows.map(({ inputCut, outputCut, ...span }) => ({
    ...span,
    cut: { input: inputCut, output: outputCut },
  }));
}

const { reply: wholeReply, ...callColumns } = getTableColumns(llmCalls);

async function callSketches(orm: Queryable, runId: string): Promise<CallSketch[]> {
  const rows = await orm
    .select({
      ...callColumns,
      reply: sql<string | null>`left(${wholeReply}, ${PREVIEW_CHARACTERS})`,
      replyBytes: sql<number | null>`octet_length(${wholeReply})`,
    })
    .from(llmCalls)
    .where(eq(llmCalls.runId, runId))
    .orderBy(...IN_ORDER);
  const said = await messageSketches(orm, [...new Set(rows.flatMap((row) => row.messageHashes))]);
  const asked = rows.map((row) => ({ ...row, hasReply: row.replyBytes !== null }));
  return asked.map((call) => {
    const { messageHashes, hasReply: _hasReply, ...sketch } = call;
    return {
      ...sketch,
      messages: messageHashes.flatMap((hash) => said.get(hash) ?? []),
      repairOf: repairedCall(call, asked),
    };
  });
}

async function messageSketches(
  orm: Queryable,
  hashes: readonly string[],
): Promise<ReadonlyMap<string, MessageSketch>> {
  if (hashes.length === 0) return new Map();
  const rows = await orm
    .select({
      sha256: messages.sha256,
      role: messages.role,
      content: sql<string>`left(${messages.content}, ${PREVIEW_CHARACTERS})`,
      bytes: sql<number>`octet_length(${messages.content})`,
    })
    .from(messages)
    .where(inArray(messages.sha256, [...hashes]));
  return new Map(rows.map(({ sha256, ...message }) => [sha256, message]));
}

function attemptsAt(orm: Queryable, { runId, name, symbol }: Span): Promise<SpanAttempt[]> {
  const { spanId, status, startedAtMs, durationMs, error } = getTableColumns(spans);
  return orm
    .select({ spanId, status, startedAtMs, durationMs, error })
    .from(spans)
    .where(
      and(eq(spans.runId, runId), eq(spans.name, name), sql`${spans.symbol} is not distinct from ${symbol}`),
    )
    .orderBy(asc(startedAtMs), asc(spanId));
}

function askedCalls(orm: Queryable, runId: string): Promise<AskedCall[]> {
  const { callId, spanId, messageHashes } = llmCalls;
  return orm
    .select({ callId, spanId, messageHashes, hasReply: sql<boolean>`${llmCalls.reply} is not null` })
    .from(llmCalls)
    .where(eq(llmCalls.runId, runId))
    .orderBy(...IN_ORDER);
}

/** Of those this run sent, also of those that filled or ended after it. */
async function ordersOfRun(orm: Queryable, runId: string): Promise<Order[]> {
  const rows = await orm
    .select(getTableColumns(orders))
    .from(orderIntents)
    .innerJoin(
      orders,
      and(eq(orders.deskId, orderIntents.deskId), eq(orders.clientOrderId, orderIntents.clientOrderId)),
    )
    .where(eq(orderIntents.runId, runId))
    .orderBy(asc(orderIntents.sequence));
  return rows.map(({ deskId: _desk, ...order }) => order);
}
