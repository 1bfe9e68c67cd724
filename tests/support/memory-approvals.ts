/** A person in memory: the questions a desk has put, and the answers a test gives. Its clock is in the test's hand. */
import { type Approval, type ApprovalAnswer, approvalIdOf } from '#domain/approval.ts';
import type { ApprovalDesk } from '#graphs/deps.ts';

export interface MemoryApprovals {
  readonly desk: ApprovalDesk;
  readonly questions: Map<string, Approval>;
  answer(runId: string, answers: readonly ApprovalAnswer[], reason?: string): void;
}

/** `atOnce` answers in the moment it is asked. */
export function createMemoryApprovals(options: {
  readonly nowMs: () => number;
  readonly withinMs?: number;
  readonly atOnce?: (asked: Approval['asked']) => readonly ApprovalAnswer[];
}): MemoryApprovals {
  const { nowMs, withinMs = 60_000, atOnce } = options;
  const questions = new Map<string, Approval>();

  function change(approvalId: string, change: Partial<Approval>): Approval {
    const found = questions.get(approvalId);
    if (found === undefined) throw new Error(`nothing is asked under ${approvalId}`);
    const changed = { ...found, ...change };
    questions.set(approvalId, changed);
    return changed;
  }

  function answer(runId: string, answers: readonly ApprovalAnswer[], reason: string | null = null): Approval {
    const given = { answers: [...answers], reason, answeredBy: 'a person', answeredAtMs: nowMs() };
    return change(approvalIdOf(runId), { status: 'answered', ...given });
  }

  const desk: ApprovalDesk = {
    isAsked: true,
    async ask({ runId, deskId, asked }) {
      const approvalId = approvalIdOf(runId);
      const found = questions.get(approvalId);
      if (found !== undefined) {
        const isLate = found.status === 'pending' && found.deadlineAtMs <= nowMs();
        return isLate ? change(approvalId, { status: 'expired' }) : found;
      }
      const times = { askedAtMs: nowMs(), deadlineAtMs: nowMs() + withinMs };
      const unanswered = { answers: null, answeredAtMs: null, answeredBy: null, reason: null };
      questions.set(approvalId, {
        ...{ approvalId, runId, deskId, status: 'pending', asked: [...asked] },
        ...{ ...times, ...unanswered },
      });
      return atOnce ? answer(runId, atOnce([...asked])) : change(approvalId, {});
    },
    async withdraw({ approvalId }, reason) {
      const found = questions.get(approvalId);
      return change(approvalId, found?.status === 'pending' ? { status: 'withdrawn', reason } : {});
    },
  };
  return { desk, questions, answer: (runId, answers, reason) => void answer(runId, answers, reason) };
}

export function approveAll(asked: Approval['asked']): ApprovalAnswer[] {
  return asked.map(({ proposal }) => ({
    ...{ proposalId: proposal.proposalId, decision: 'approve', sizeFraction: null },
  }));
}
