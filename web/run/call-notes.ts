/** What became of each reply of one question. Says only what the calls and the recorded opinion prove. Pure. */
import type { AbstentionReason, Opinion } from '#domain/opinion.ts';
import type { CallSketch } from '#domain/run-trace.ts';
import { ABSTAINED } from '../format/words.ts';

export interface CallNote {
  /** The model was shown its reply before and asked to say it again. */
  readonly isRepair: boolean;
  /** Why the reply was of no use; null where it was used, or where that is not certain. */
  readonly discarded: string | null;
}

/** Notes on the calls of one span by their ids, with the opinion that the span gave, where it is known. */
export function callNotes(
  calls: readonly CallSketch[],
  opinion: Pick<Opinion, 'decidedBy' | 'abstention'> | null,
): ReadonlyMap<string, CallNote> {
  const replies = calls.filter(({ status }) => status === 'ok' || status === 'cached');
  const lastReply = replies.toSorted((left, right) => left.startedAtMs - right.startedAtMs).at(-1);
  const repaired = new Set(calls.map(({ repairOf }) => repairOf));
  const notes = new Map<string, CallNote>();
  for (const call of calls) {
    const reason = call === lastReply ? discardReason(opinion) : null;
    const isRepair = call.repairOf !== null;
    const discarded = repaired.has(call.callId) ? 'it could not be read' : reason;
    if (isRepair || discarded !== null) notes.set(call.callId, { isRepair, discarded });
  }
  return notes;
}

/** Other abstentions are about the provider or the money: then the reply before them was not what failed. */
function discardReason(opinion: Pick<Opinion, 'decidedBy' | 'abstention'> | null): string | null {
  if (opinion === null || opinion.decidedBy !== 'rules' || opinion.abstention === null) return null;
  return isAboutReply(opinion.abstention) ? ABSTAINED[opinion.abstention] : null;
}

function isAboutReply(abstention: AbstentionReason): boolean {
  return abstention.startsWith('reply_') || abstention.startsWith('ungrounded');
}
