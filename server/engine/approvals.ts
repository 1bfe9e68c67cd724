import type { ApprovalRepository, AskedApproval } from '#db/repositories/approvals.ts';
import type { EventRepository } from '#db/repositories/events.ts';
import type { Approval } from '#domain/approval.ts';
import type { ApprovalDesk } from '#graphs/deps.ts';
import type { ApprovalConfig } from '../config-model.ts';
import { tellPages } from '../events/tell-pages.ts';
import type { Logger } from '../telemetry/logger.ts';

interface ApprovalParts {
  readonly rows: { readonly approvals: ApprovalRepository; readonly events: EventRepository };
  readonly config: ApprovalConfig;
  readonly logger: Logger;
}

/** Asks by way of the database; the open pages hear of it at once, whichever process serves them. */
export function createApprovals({ rows, config, logger }: ApprovalParts): ApprovalDesk {
  async function told({ approval, changed }: AskedApproval): Promise<Approval> {
    if (changed) await tellOfApproval(rows.events, approval, logger);
    return approval;
  }
  return {
    isAsked: config.isAsked,
    async ask(question) {
      return told(await rows.approvals.ask({ ...question, withinMs: config.withinMs }));
    },
    withdraw: async ({ approvalId }, reason) => told(await rows.approvals.withdraw(approvalId, reason)),
  };
}

/** A courtesy to open pages: what is stored stands whether they hear of it or not. */
export async function tellOfApproval(
  events: EventRepository,
  { deskId, runId }: Approval,
  logger: Logger,
): Promise<void> {
  await tellPages(events, 'approval.changed', deskId, runId).catch((err: unknown) =>
    logger.warn({ err, runId }, 'an event for the live pages was lost'),
  );
}
