/** Everything the pages ask of the desk. */
import type { PositionSide } from '#domain/account.ts';
import type { Approval, ApprovalAnswer } from '#domain/approval.ts';
import type { Desk } from '#domain/run.ts';
import type { ModelModes, SpendingMode } from '#domain/spending.ts';
import { requestJson } from './client.ts';
import type { Post } from './idempotent-post.ts';
import type { CloseAnswer, EmergencyAnswer, StartedRun, StateVerdict, WithdrawnEntry } from './types.ts';

export function startCycle(post: Post, deskId: string): Promise<StartedRun> {
  return post(`/api/desks/${encodeURIComponent(deskId)}/cycles`, {});
}

export function askAnalysis(
  post: Post,
  question: { symbols: string[]; question?: string },
): Promise<StartedRun> {
  return post('/api/analyses', question);
}

export function setPaused(deskId: string, paused: boolean): Promise<Desk> {
  return requestJson(`/api/desks/${encodeURIComponent(deskId)}`, { method: 'PATCH', body: { paused } });
}

export function halt(post: Post, reason: string): Promise<StateVerdict> {
  return post('/api/state/halt', { reason });
}

export function arm(post: Post, reason: string): Promise<StateVerdict> {
  return post('/api/state/arm', { reason });
}

/** One position of a desk, or every one it holds when no symbol is named. */
export interface CloseTarget {
  readonly deskId: string;
  readonly symbol?: string;
  readonly side?: PositionSide;
  /** The very one that was seen: nothing is closed when another has taken its place. */
  readonly positionId?: string;
}

export async function closePositions(post: Post, target: CloseTarget): Promise<CloseAnswer> {
  return post<CloseAnswer>('/api/positions/close', target);
}

export function emergencyClose(post: Post, deskId: string, reason: string): Promise<EmergencyAnswer> {
  return post(`/api/desks/${encodeURIComponent(deskId)}/emergency-close`, { reason });
}

export function withdrawEntry(post: Post, entryId: string): Promise<WithdrawnEntry> {
  return post(`/api/entries/${encodeURIComponent(entryId)}/withdraw`, {});
}

export type ApprovalWord = Pick<ApprovalAnswer, 'proposalId' | 'decision'> & {
  readonly sizeFraction?: number;
};

export function answerApproval(
  post: Post,
  approvalId: string,
  answer: { readonly answers: readonly ApprovalWord[]; readonly reason?: string },
): Promise<Approval> {
  return post(`/api/approvals/${encodeURIComponent(approvalId)}/answer`, answer);
}

export function cancelRun(post: Post, runId: string): Promise<unknown> {
  return post(`/api/runs/${encodeURIComponent(runId)}/cancel`, {});
}

/** Null gives every process back to its own configuration. */
export function switchMode(mode: SpendingMode | null): Promise<ModelModes> {
  return requestJson('/api/models', { method: 'PUT', body: { mode } });
}
