/** Which reply a call asked to be said again. Pure. */
import type { LlmCall } from '#domain/desk-event.ts';

export interface AskedCall extends Pick<LlmCall, 'callId' | 'spanId'> {
  /** Names its messages in order. */
  readonly messageHashes: readonly string[];
  readonly hasReply: boolean;
}

/**
 * A repair says the same words again, then the reply that could not be read and the turn that says why. `calls` are in
 * the order they were made; the last reply before it is the one it repairs.
 */
export function repairedCall(call: AskedCall, calls: readonly AskedCall[]): string | null {
  const before = calls.slice(0, calls.indexOf(call));
  const repaired = before.findLast(
    ({ spanId, hasReply, messageHashes }) =>
      hasReply &&
      spanId === call.spanId &&
      call.messageHashes.length === messageHashes.length + 2 &&
      messageHashes.every((hash, at) => hash === call.messageHashes[at]),
  );
  return repaired?.callId ?? null;
}
