import { z } from 'zod';
import { EpochMs } from './time.ts';

/** Who acts over HTTP, from the pages and by any other client alike; from where stands in the origin. */
export const PERSON = 'a person';

/** From where a person acted. */
export const AuditOrigin = z.object({
  /** A page of Vigil's own, or another client of the API. */
  via: z.enum(['page', 'api']),
  /** What let them in: nothing is asked for on this machine. */
  by: z.enum(['this machine', 'key', 'session']),
  sessionId: z.string().nullable(),
  address: z.string(),
  correlationId: z.string(),
});
export type AuditOrigin = z.infer<typeof AuditOrigin>;

/** Who changed what, when and from where. */
export const AuditEntry = z.object({
  auditId: z.number().int(),
  /** Wall time of the database. */
  atMs: EpochMs,
  /** `a person`, `command line`, `start-up`, `breaker:RUN` and the like. */
  actor: z.string(),
  /** What was done, such as `trading.arm` or `positions.close`. */
  action: z.string(),
  /** What it was done to, such as `desk:default`. */
  subject: z.string(),
  details: z.unknown(),
  /** Null for what no person did over HTTP, and for rows older than this field. */
  origin: AuditOrigin.nullable(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;
