/** What a person's hand did, noted and done: for tests of the HTTP border. */

import { auditOrigin } from '#db/audit-origin.ts';
import type { ApiDeps } from '#server/api-deps.ts';

export function fakeHand(
  noted: (name: string, input: unknown) => void,
): Pick<ApiDeps, 'audit' | 'emergencyClose' | 'withdrawEntry'> {
  return {
    audit: {
      list: async (filter) => {
        noted('audit.list', filter);
        return { items: [], nextCursor: null };
      },
      write: async (entry) => void noted('audit', { ...entry, origin: auditOrigin() }),
    },
    emergencyClose: async (deskId, reason) => {
      noted('emergencyClose', { deskId, reason });
      return { verdicts: [], entriesGivenUp: 1, ordersCancelled: 2, failed: [] };
    },
    withdrawEntry: async (entry, reason) => {
      noted('withdrawEntry', { ...entry, reason });
      return { ...entry, notes: [] };
    },
  };
}
