import { setTimeout } from 'node:timers/promises';
import { approvalIdOf } from '#domain/approval.ts';
import { isoTime } from '#domain/time.ts';
import type { Container } from '../container.ts';

const LOOK_EVERY_MS = 500;

/**
 * Stays with a run that waits for a person until it is over, by this process or by a worker of the same database, and
 * tells once where to answer. No answer ends it at its deadline.
 */
export async function awaitApproval(runId: string, { rows, engine }: Container): Promise<void> {
  const question = await rows.approvals.get(approvalIdOf(runId));
  if (question !== null) {
    const { approvalId, asked, deadlineAtMs } = question;
    const symbols = asked.map(({ proposal }) => `${proposal.symbol} ${proposal.side}`).join(', ');
    process.stderr.write(
      `waits for approval of ${symbols} until ${isoTime(deadlineAtMs)}: \`npm run vigil -- approve ${approvalId}\` or \`refuse ${approvalId}\`\n`,
    );
  }
  while ((await rows.runs.get(runId))?.finishedAtMs === null) {
    const due = await rows.runs.due();
    if (due.some((run) => run.runId === runId)) await engine.execute(runId);
    else await setTimeout(LOOK_EVERY_MS);
  }
}
