/** What waits for a person, and a person's answer, by the tables alone: no market is opened and no venue asked. */
import type { Database } from '#db/client.ts';
import { type ApprovalRepository, createApprovalRepository } from '#db/repositories/approvals.ts';
import { createEventRepository } from '#db/repositories/events.ts';
import { ABSTENTIONS } from '#domain/abstention.ts';
import type { Approval, ApprovalAnswer, ApprovalItem } from '#domain/approval.ts';
import { AppError } from '#domain/errors.ts';
import { baseOf } from '#domain/symbol.ts';
import { isoTime } from '#domain/time.ts';
import { keptBase } from '#tools/approvals/judge-answer.ts';
import { tellOfApproval } from '../engine/approvals.ts';
import { withTables } from '../open-tables.ts';
import { wallClock } from '../wall-clock.ts';
import { BY_COMMAND } from './desk-states.ts';
import { cliLogger, personWords, printJson, tablesConfig } from './session.ts';

const SHOWN = 20;

export interface ApproveOptions {
  readonly shrink: readonly string[];
  readonly refuse: readonly string[];
  readonly reason?: string;
  readonly json: boolean;
}

export async function approvals({ json }: { readonly json: boolean }): Promise<void> {
  const { items } = await onTables(({ rows }) => rows.list({ limit: SHOWN }));
  if (json) return printJson({ items });
  if (items.length === 0) process.stdout.write('nobody has been asked for approval yet\n');
  for (const approval of items) process.stdout.write(`${describe(approval)}\n`);
}

/** Approves everything that is neither shrunk nor refused by name. */
export async function approve(id: string, options: ApproveOptions): Promise<void> {
  const shares = new Map(options.shrink.map(shareOf));
  await answer(id, options, (item, named) => {
    const { proposalId } = item.proposal;
    const share = [...shares].find(([name]) => named(name) === item)?.[1];
    const isRefused = options.refuse.some((name) => named(name) === item);
    if (share !== undefined && isRefused)
      throw new AppError('usage_invalid', `${proposalId} is both shrunk and refused: name it once`);
    if (isRefused) return { proposalId, decision: 'refuse', sizeFraction: null };
    if (share !== undefined) return { proposalId, decision: 'shrink', sizeFraction: share };
    return { proposalId, decision: 'approve', sizeFraction: null };
  });
}

export async function refuse(
  id: string,
  options: { readonly reason?: string; readonly json: boolean },
): Promise<void> {
  await answer(id, { ...options, shrink: [], refuse: [] }, ({ proposal: { proposalId } }) => ({
    ...{ proposalId, decision: 'refuse', sizeFraction: null },
  }));
}

type Decide = (item: ApprovalItem, named: (name: string) => ApprovalItem) => ApprovalAnswer;

async function answer(id: string, { shrink, refuse, reason, json }: ApproveOptions, decide: Decide) {
  const why = reason === undefined ? null : personWords('reason', reason);
  const answered = await onTables(async ({ rows, database, logger }) => {
    const question = await rows.get(id);
    if (question === null) throw await notFound(id, rows);
    const named = (name: string) => openingNamed(name, question);
    for (const name of [...shrink.map((one) => shareOf(one)[0]), ...refuse]) named(name);
    const answers = question.asked.map((item) => decide(item, named));
    const stored = await rows.answer({ approvalId: id, answers, by: BY_COMMAND, reason: why });
    await tellOfApproval(createEventRepository(database), stored, logger);
    return stored;
  });
  if (json) printJson(answered);
  else process.stdout.write(`${describe(answered)}\n`);
}

async function onTables<Result>(
  work: (tables: {
    readonly rows: ApprovalRepository;
    readonly database: Database;
    readonly logger: ReturnType<typeof cliLogger>;
  }) => Promise<Result>,
): Promise<Result> {
  const config = tablesConfig();
  const logger = cliLogger(config);
  return withTables(config, logger, (database) =>
    work({ rows: createApprovalRepository(database), database, logger }),
  );
}

/** `BTC=0.5` → the name and its share. @throws AppError `usage_invalid` */
function shareOf(text: string): [name: string, share: number] {
  const [, name = '', share = ''] = /^(.+)=(0?\.\d+)$/.exec(text) ?? [];
  const value = Number(share);
  if (name === '' || !(value > 0 && value < 1))
    throw new AppError('usage_invalid', `--shrink ${text} is not NAME=SHARE with a share such as 0.5`);
  return [name, value];
}

/** By its proposal's id, its symbol, or the coin alone. @throws AppError `usage_invalid` */
function openingNamed(name: string, { asked }: Approval): ApprovalItem {
  const wanted = name.toUpperCase();
  const found = asked.find(({ proposal: { proposalId, symbol } }) =>
    [proposalId, symbol, baseOf(symbol)].some((known) => known.toUpperCase() === wanted),
  );
  if (found !== undefined) return found;
  const known = asked.map(({ proposal }) => baseOf(proposal.symbol)).join(', ');
  throw new AppError('usage_invalid', `nothing is asked about ${name}; it is about ${known}`);
}

async function notFound(id: string, rows: ApprovalRepository): Promise<AppError> {
  const { items } = await rows.list({ limit: SHOWN, status: 'pending' });
  const waiting = items.map(({ approvalId }) => approvalId).join(', ');
  return new AppError('not_found', `there is no approval "${id}"; what waits is ${waiting || 'nothing'}`);
}

function describe(approval: Approval): string {
  const { approvalId, status, deskId, deadlineAtMs, answeredBy, asked, reason } = approval;
  const left = Math.max(0, Math.round((deadlineAtMs - wallClock.nowMs()) / 1_000));
  const until = status === 'pending' ? `, ${left} s left, until ${isoTime(deadlineAtMs)}` : '';
  const who = status === 'answered' ? ` by ${answeredBy}` : '';
  const lines = [
    `${approvalId} ${status}${who}${until} (desk ${deskId})${reason === null ? '' : `: ${reason}`}`,
  ];
  for (const item of asked) {
    lines.push(`  ${describeOpening(item, approval)}`);
    for (const said of item.reasons) lines.push(`    ${describeReason(said)}`);
  }
  return lines.join('\n');
}

function describeReason({ agent, words, decidedBy, abstention }: ApprovalItem['reasons'][number]): string {
  const who = decidedBy === undefined ? agent : `${agent} (${decidedBy})`;
  const unheard = abstention === undefined ? '' : ` [model not heard: ${ABSTENTIONS[abstention].meaning}]`;
  return `${who}: ${words}${unheard}`;
}

function describeOpening(item: ApprovalItem, { status, answers }: Approval): string {
  const { proposal, quantityBase, notionalQuote, riskQuote, riskFraction } = item;
  const { symbol, side, entryPriceQuote, stopPriceQuote, targetPriceQuote, leverage, reason } = proposal;
  const ofEquity = riskFraction === null ? '' : ` (${(riskFraction * 100).toFixed(2)}% of equity)`;
  const figures = `${quantityBase} for ${notionalQuote} at ${entryPriceQuote}, ${leverage}×, stop ${stopPriceQuote}, target ${targetPriceQuote}, at risk ${riskQuote}${ofEquity}`;
  if (status !== 'answered') return `${symbol} ${side}: ${figures}; ${reason}`;
  const said = answers?.find(({ proposalId }) => proposalId === proposal.proposalId);
  const share = said?.sizeFraction ?? null;
  const kept = share === null ? '' : ` to ${share}, which leaves ${keptBase(item, share)}`;
  return `${symbol} ${side}: ${said?.decision ?? 'not named, so refused'}${kept}; asked: ${figures}`;
}
