import { index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { milliseconds } from './columns.ts';

/** Browsers that have logged in. The token itself is with the browser alone; an ended session has no row. */
export const sessions = pgTable(
  'sessions',
  {
    tokenSha256: text().primaryKey(),
    sessionId: text().notNull().unique(),
    scope: text().$type<'read' | 'control'>().notNull(),
    method: text().$type<'key' | 'pin'>().notNull(),
    /** Names the key or PIN it began with: another one in the environment ends it. */
    credentialMark: text().notNull(),
    createdAtMs: milliseconds().notNull(),
    expiresAtMs: milliseconds().notNull(),
  },
  (table) => [index('sessions_by_end').on(table.expiresAtMs)],
);

/** Failed log-ins by where they came from; the rule is in db/repositories/log-in-attempts.ts. */
export const logInAttempts = pgTable('log_in_attempts', {
  place: text().primaryKey(),
  failures: integer().notNull(),
  lastAtMs: milliseconds().notNull(),
  lockedUntilMs: milliseconds().notNull(),
});
