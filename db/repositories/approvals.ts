/**
 * What people were asked before something opened: `ApprovalDesk` of the graphs, and where their answers are stored. All
 * times are the database's wall clock, so that an answer and a deadline in two processes have one order.
 */
import { and, desc, eq, exists, inArray, type SQL, sql } from 'drizzle-orm';
import type { Approval, ApprovalAnswer, ApprovalItem, ApprovalStatus } from '#domain/approval.ts';
import { approvalIdOf } from '#domain/approval.ts';
import { AppError } from '#domain/errors.ts';
import { isoTime } from '#domain/time.ts';
import type { Database, Queryable } from '../client.ts';
import { type DeskPageRequest, decodeCursor, type Page, pageOf } from '../cursor.ts';
import { defineRepository } from '../repository.ts';
import { approvals } from '../schema/desk.ts';
import { runs } from '../schema/runs.ts';
import { writeAudit } from './audit.ts';

const nowMs = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`;
const isPending = eq(approvals.status, 'pending');
const isInTime = sql`${approvals.deadlineAtMs} > ${nowMs}`;
const isLate = sql`${approvals.deadlineAtMs} <= ${nowMs}`;

/** A question past its deadline reads as expired, whether or not its run has taken note. */
const status = sql<ApprovalStatus>`case when ${isPending} and ${isLate} then 'expired' else ${approvals.status} end`;
const { approvalId, runId, deskId, asked, answers, askedAtMs, deadlineAtMs } = approvals;
const { answeredAtMs, answeredBy, reason } = approvals;
const columns = {
  ...{ approvalId, runId, deskId, status, asked, answers, askedAtMs, deadlineAtMs },
  ...{ answeredAtMs, answeredBy, reason },
};

/** Pending ones stand before all others, then the newest. */
const rank = sql<number>`(case when ${status} = 'pending' then 1e14::bigint else 0 end + ${askedAtMs})`;

export interface NewApproval {
  readonly runId: string;
  readonly deskId: string;
  readonly asked: readonly ApprovalItem[];
  readonly withinMs: number;
}

export interface PersonAnswer {
  readonly approvalId: string;
  readonly answers: readonly ApprovalAnswer[];
  readonly by: string;
  readonly reason: string | null;
}

export interface AskedApproval {
  readonly approval: Approval;
  /** False where it stood like that before. */
  readonly changed: boolean;
}

export interface ApprovalFilter extends DeskPageRequest {
  readonly status?: ApprovalStatus | undefined;
  readonly runId?: string | undefined;
}

export function createApprovalRepository(database: Database) {
  const { orm } = database;

  return defineRepository(database, {
    /** Puts the run's question, or gives the one it has put, ended where its deadline has passed. */
    ask: ({ runId: ofRun, deskId: ofDesk, asked: items, withinMs }: NewApproval): Promise<AskedApproval> =>
      orm.transaction(async (transaction) => {
        const id = approvalIdOf(ofRun);
        const inserted = await transaction
          .insert(approvals)
          .values({
            ...{ approvalId: id, runId: ofRun, deskId: ofDesk, status: 'pending', asked: items },
            askedAtMs: nowMs,
            deadlineAtMs: sql`${nowMs} + ${withinMs}::bigint`,
          })
          .onConflictDoNothing()
          .returning({ id: approvalId });
        const isNew = inserted.length === 1;
        const change = isNew ? 'asked' : await endPending(transaction, id, 'expired', isLate);
        if (change !== null) {
          const symbols = items.map(({ proposal }) => proposal.symbol);
          await audit(transaction, id, `run:${ofRun}`, change, { deskId: ofDesk, symbols });
        }
        return { approval: await standing(transaction, id), changed: change !== null };
      }),

    /** Ends a question nobody has answered; an answer that came first stays. */
    withdraw: (id: string, why: string): Promise<AskedApproval> =>
      orm.transaction(async (transaction) => {
        const change = await endPending(transaction, id, 'withdrawn', undefined, why);
        const approval = await standing(transaction, id);
        if (change !== null) await audit(transaction, id, `run:${approval.runId}`, change, { reason: why });
        return { approval, changed: change !== null };
      }),

    /**
     * Stores a person's answer, once and before the deadline.
     * @throws AppError `not_found`; `request_invalid` for what was not asked; `conflict` when it is too late or done
     */
    answer: ({ approvalId: id, answers: given, by, reason: why }: PersonAnswer): Promise<Approval> =>
      orm.transaction(async (transaction) => {
        const question = await standing(transaction, id);
        assertAsked(question, given);
        const isLive = exists(
          transaction
            .select({ one: sql`1` })
            .from(runs)
            .where(and(eq(runs.runId, approvals.runId), inArray(runs.status, ['queued', 'running']))),
        );
        const stored = await transaction
          .update(approvals)
          .set({ status: 'answered', answers: given, answeredAtMs: nowMs, answeredBy: by, reason: why })
          .where(and(eq(approvalId, id), isPending, isInTime, isLive))
          .returning({ id: approvalId });
        const approval = await standing(transaction, id);
        if (stored.length === 0) throw tooLate(approval);
        await audit(transaction, id, by, 'answered', {
          answers: given,
          reason: why,
          deskId: approval.deskId,
        });
        return approval;
      }),

    async get(id: string): Promise<Approval | null> {
      const [row] = await orm.select(columns).from(approvals).where(eq(approvalId, id));
      return row === undefined ? null : approvalOf(row);
    },

    /** Pending ones first, then the newest. */
    async list({
      status: wanted,
      runId: ofRun,
      deskIds,
      limit,
      cursor,
    }: ApprovalFilter): Promise<Page<Approval>> {
      const conditions: (SQL | undefined)[] = [
        wanted && sql`${status} = ${wanted}`,
        ofRun === undefined ? undefined : eq(runId, ofRun),
        deskIds && inArray(deskId, [...deskIds]),
      ];
      if (cursor) {
        const [afterRank, afterId] = decodeCursor(cursor);
        conditions.push(sql`(${rank}, ${approvalId}) < (${afterRank}, ${afterId})`);
      }
      const rows = await orm
        .select({ ...columns, rank })
        .from(approvals)
        .where(and(...conditions))
        .orderBy(desc(rank), desc(approvalId))
        .limit(limit + 1);
      const page = pageOf(rows, limit, (row) => [Number(row.rank), row.approvalId]);
      return { ...page, items: page.items.map(({ rank: _rank, ...row }) => approvalOf(row)) };
    },
  });
}

export type ApprovalRepository = ReturnType<typeof createApprovalRepository>;

/** Call it with the transaction that ends the run: who is asked for a run that is over would answer to nobody. */
export async function withdrawQuestionOf(transaction: Queryable, ofRun: string, why: string): Promise<void> {
  const id = approvalIdOf(ofRun);
  const change = await endPending(transaction, id, 'withdrawn', undefined, why);
  if (change !== null) await audit(transaction, id, `run:${ofRun}`, change, { reason: why });
}

async function endPending<To extends 'expired' | 'withdrawn'>(
  transaction: Queryable,
  id: string,
  to: To,
  condition: SQL | undefined,
  why: string | null = null,
): Promise<To | null> {
  const ended = await transaction
    .update(approvals)
    .set({ status: to, reason: why })
    .where(and(eq(approvalId, id), isPending, condition))
    .returning({ id: approvalId });
  return ended.length === 1 ? to : null;
}

/** @throws AppError `not_found` */
async function standing(transaction: Queryable, id: string): Promise<Approval> {
  const [row] = await transaction.select(columns).from(approvals).where(eq(approvalId, id));
  if (row === undefined) throw new AppError('not_found', `there is no approval "${id}"`);
  return approvalOf(row);
}

interface ApprovalRow extends Omit<Approval, 'asked' | 'answers'> {
  readonly asked: readonly ApprovalItem[];
  readonly answers: readonly ApprovalAnswer[] | null;
}

function approvalOf({ asked: items, answers: given, ...row }: ApprovalRow): Approval {
  return { ...row, asked: [...items], answers: given && [...given] };
}

function assertAsked({ approvalId: id, asked: items }: Approval, given: readonly ApprovalAnswer[]): void {
  const known = items.map(({ proposal }) => proposal.proposalId);
  const named = given.map(({ proposalId }) => proposalId);
  const unknown = named.filter((proposalId) => !known.includes(proposalId));
  if (unknown.length > 0)
    throw new AppError(
      'request_invalid',
      `approval "${id}" does not ask about ${unknown.join(', ')}: it asks about ${known.join(', ')}`,
    );
  const twice = named.filter((proposalId, at) => named.indexOf(proposalId) !== at);
  if (twice.length > 0)
    throw new AppError('request_invalid', `the answer names ${twice.join(', ')} more than once`);
}

function tooLate({ approvalId: id, status: stands, ...rest }: Approval): AppError {
  const words = {
    answered: `was answered by ${rest.answeredBy} at ${isoTime(rest.answeredAtMs ?? 0)}`,
    expired: `expired at ${isoTime(rest.deadlineAtMs)}: no answer was a refusal`,
    withdrawn: `was withdrawn: ${rest.reason}`,
    pending: `is of run ${rest.runId}, which is over`,
  };
  return new AppError('conflict', `approval "${id}" ${words[stands]}; nothing was changed`);
}

function audit(
  transaction: Queryable,
  id: string,
  actor: string,
  change: 'asked' | 'answered' | 'expired' | 'withdrawn',
  details: unknown,
): Promise<void> {
  return writeAudit(transaction, { actor, action: `approval.${change}`, subject: `approval:${id}`, details });
}
