/** What a person does by hand, as the audit log names it, whichever way it was asked for. */
import type { EntryProgress } from '#domain/working-entry.ts';
import type { Act } from './audited.ts';

export function emergencyAct(deskId: string, reason: string): Act {
  return { action: 'desk.emergency_close', subject: `desk:${deskId}`, details: { reason } };
}

export function withdrawAct({ entryId, deskId, proposal }: EntryProgress, reason: string): Act {
  return {
    action: 'entry.withdraw',
    subject: `entry:${entryId}`,
    details: { deskId, symbol: proposal.symbol, reason },
  };
}
