import { AppError } from '#domain/errors.ts';
import type { ApiDeps } from '#server/api-deps.ts';

/** Nothing was ever traded. */
export const fakeLineage: ApiDeps['lineage'] = {
  sources: async () => [],
  ofRun: async (runId) => {
    throw new AppError('not_found', `there is no run "${runId}"`);
  },
  ofTrade: async (id) => {
    throw new AppError('not_found', `there is no trade or open position "${id}"`);
  },
};
