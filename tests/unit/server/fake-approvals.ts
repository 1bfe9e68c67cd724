import type { Approval } from '#domain/approval.ts';
import { AppError } from '#domain/errors.ts';
import type { ApprovalsPort } from '#server/api-deps.ts';

/** The port over a map of questions, with the one rule the border tells of: the first answer stands. */
export function fakeApprovals(
  approvals: Map<string, Approval>,
  {
    noted,
    clock,
  }: { readonly noted: (name: string, input: unknown) => void; readonly clock: { nowMs(): number } },
): ApprovalsPort {
  return {
    get: async (approvalId) => approvals.get(approvalId) ?? null,
    list: async ({ status }) => {
      const items = [...approvals.values()].filter((one) => status === undefined || one.status === status);
      return { items, nextCursor: null };
    },
    answer: async (given) => {
      noted('answer', given);
      const { approvalId, answers, by, reason } = given;
      const found = approvals.get(approvalId);
      if (found === undefined) throw new AppError('not_found', `there is no approval "${approvalId}"`);
      if (found.status !== 'pending')
        throw new AppError('conflict', `approval "${approvalId}" was answered by ${found.answeredBy}`);
      const answered = { answers: [...answers], answeredBy: by, reason, answeredAtMs: clock.nowMs() };
      const changed: Approval = { ...found, ...answered, status: 'answered' };
      approvals.set(approvalId, changed);
      return changed;
    },
  };
}
