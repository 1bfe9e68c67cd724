/** From where the request that runs now came; read by what writes its audit rows, however deep in the call. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { AuditOrigin } from '#domain/audit.ts';

const origins = new AsyncLocalStorage<AuditOrigin>();

export function withAuditOrigin<Result>(origin: AuditOrigin, work: () => Result): Result {
  return origins.run(origin, work);
}

export function auditOrigin(): AuditOrigin | null {
  return origins.getStore() ?? null;
}
