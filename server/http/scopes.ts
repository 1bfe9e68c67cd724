import type { RouteConfig } from '@hono/zod-openapi';
import type { Scope } from '../access/credentials.ts';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

export function isReading(method: string): boolean {
  return READS.has(method.toUpperCase());
}

/** For a route's `security`, where its method does not say it: what a caller needs. `[]` opens it to everybody. */
export function needs(scope: Scope): Record<string, string[]>[] {
  return [{ bearer: [scope] }, { apiKey: [scope] }, { session: [scope] }];
}

/** What a described route asks of its caller: null for nothing, else as it says, else by its method. */
export function scopeNeeded({ method, security }: Pick<RouteConfig, 'method' | 'security'>): Scope | null {
  if (security?.length === 0) return null;
  const [said] = Object.values(security?.[0] ?? {})[0] ?? [];
  if (said === 'read' || said === 'control') return said;
  return isReading(method) ? 'read' : 'control';
}
