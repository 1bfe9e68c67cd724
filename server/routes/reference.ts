import { createRoute, z } from '@hono/zod-openapi';
import { etag } from 'hono/etag';
import { type ApiDocument, apiDocument } from '../http/api-document.ts';
import { refusals } from '../http/openapi.ts';
import { REFERENCE_STYLE, referencePage } from '../http/reference-page.ts';
import type { Router } from '../http/router.ts';
import { UNCHANGED } from '../http/unchanging.ts';

const openApiJson = createRoute({
  method: 'get',
  path: '/openapi.json',
  tags: ['Operation'],
  summary: 'This description as OpenAPI 3.1',
  security: [],
  middleware: etag(),
  responses: {
    304: UNCHANGED,
    200: { description: 'The document.', content: { 'application/json': { schema: z.looseObject({}) } } },
    ...refusals(),
  },
});

const docs = createRoute({
  method: 'get',
  path: '/docs',
  tags: ['Operation'],
  summary: 'This description as a page',
  security: [],
  responses: { 200: { description: 'The page.', content: { 'text/html': { schema: z.string() } } } },
});

/** Both are made when they are first asked for: the routes do not change after the start. */
export function referenceRoutes(app: Router, sessionCookie: string): void {
  let made: ApiDocument | null = null;
  function document(): ApiDocument {
    made ??= apiDocument(app, sessionCookie);
    return made;
  }
  app.openapi(openApiJson, (context) =>
    context.json({ ...document() }, 200, { 'Cache-Control': 'no-cache' }),
  );
  app.openapi(docs, async (context) =>
    context.html(await referencePage(document()), 200, { 'Cache-Control': 'no-cache' }),
  );
  app.get('/docs/style.css', (context) =>
    context.body(REFERENCE_STYLE, 200, { 'Content-Type': 'text/css; charset=utf-8' }),
  );
}
