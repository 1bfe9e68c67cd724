/** What one process does of the whole: everything, or one part beside others on the same database. */
export const ROLES = ['all', 'api', 'worker', 'guard'] as const;
export type Role = (typeof ROLES)[number];
