/** What one process does of the whole: everything, or one part beside others on the same database. */
export const ROLES = ['all', 'api', 'worker', 'guard'] as const;
export type Role = (typeof ROLES)[number];

/** The roles that serve nothing which could be asked: that they live is told by a beat (telemetry/role-beat.ts). */
export const BEATING_ROLES = ['worker', 'guard'] as const satisfies readonly Role[];
export type BeatingRole = (typeof BEATING_ROLES)[number];
