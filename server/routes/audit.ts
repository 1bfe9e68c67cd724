import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { AuditEntry } from '#domain/audit.ts';
import type { ApiDeps } from '../api-deps.ts';
import { refuseEmptySpan } from '../http/empty-span.ts';
import { InstantQuery, jsonOf, PageQuery, pageBody, pageSchema, refusals } from '../http/openapi.ts';
import type { Router } from '../http/router.ts';

const Word = z.string().trim().min(1).max(100).optional();

const listAudit = createRoute({
  method: 'get',
  path: '/api/audit',
  tags: ['Audit'],
  summary: 'Who did what, when and from where, newest first',
  description:
    '`action` is the whole word or, with a `.` at its end, a family: `trading.`; `actor` likewise with a `:`: `breaker:`. `to` is exclusive.',
  request: { query: PageQuery.extend({ action: Word, actor: Word, from: InstantQuery, to: InstantQuery }) },
  responses: { 200: jsonOf(pageSchema(AuditEntry), 'A page of entries.'), ...refusals('request_invalid') },
});

export function auditRoutes(app: Router, { audit }: Pick<ApiDeps, 'audit'>): void {
  app.openapi(listAudit, async (context) => {
    const { from, to, ...asked } = context.req.valid('query');
    refuseEmptySpan('from', from, to);
    return context.json(pageBody(await audit.list({ ...asked, fromMs: from, toMs: to })), 200);
  });
}
