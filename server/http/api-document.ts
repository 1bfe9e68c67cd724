/** The OpenAPI document: made from the routes, with the domain's words named once instead of repeated. */
import { OpenAPIHono, type z } from '@hono/zod-openapi';
import { Account, Position, Trade } from '#domain/account.ts';
import { EquityPoint, SystemState } from '#domain/desk-event.ts';
import { OrderIntent } from '#domain/intent.ts';
import { SnapshotRef } from '#domain/market.ts';
import { Opinion } from '#domain/opinion.ts';
import { Order, OrderRequest } from '#domain/order.ts';
import { TradeProposal, Verdict } from '#domain/proposal.ts';
import { CycleRecord, Desk, FoundRun, ListedRun, LlmUsage, NodeTrace } from '#domain/run.ts';
import { KeptCall, KeptSpan } from '#domain/run-trace.ts';
import { QAdvice, Signal } from '#domain/signal.ts';
import { BreakerReason, TradingState } from '#domain/trading-state.ts';
import { Problem } from './problem.ts';
import type { Router } from './router.ts';
import { needs, scopeNeeded } from './scopes.ts';

const HEAD = {
  openapi: '3.1.0' as const,
  info: {
    title: 'Vigil',
    version: '0.1.0',
    description:
      'A desk of five agents that trades perpetual futures inside limits no model can talk past. Models propose, code disposes. ' +
      'Failures are application/problem+json. A POST with an Idempotency-Key happens once. Instants are UTC milliseconds, money is decimal text. Fees and funding are costs: positive when paid, negative when received.',
  },
};

const NAMED: Readonly<Record<string, z.ZodType>> = {
  Account,
  BreakerReason,
  CycleRecord,
  Desk,
  EquityPoint,
  FoundRun,
  ListedRun,
  LlmCall: KeptCall,
  LlmUsage,
  NodeTrace,
  Opinion,
  Order,
  OrderIntent,
  OrderRequest,
  Position,
  Problem,
  QAdvice,
  Signal,
  SnapshotRef,
  Span: KeptSpan,
  SystemState,
  Trade,
  TradeProposal,
  TradingState,
  Verdict,
};

export type ApiDocument = ReturnType<Router['getOpenAPI31Document']>;

export function apiDocument(app: Router, sessionCookie: string): ApiDocument {
  const document = app.getOpenAPI31Document({ ...HEAD, security: needs('read') });
  const schemas = namedSchemas();
  const names = new Map(Object.entries(schemas).map(([name, schema]) => [JSON.stringify(schema), name]));
  return {
    ...document,
    paths: withReferences(withScopes(document.paths ?? {}), names) as ApiDocument['paths'],
    components: {
      ...document.components,
      schemas: Object.fromEntries(
        Object.entries(schemas).map(([name, schema]) => [name, referencesWithin(schema, names)]),
      ) as NonNullable<ApiDocument['components']>['schemas'],
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'API_KEY (scope control) or API_READ_KEY (scope read), where one is set.',
        },
        apiKey: {
          type: 'apiKey',
          in: 'header',
          name: 'X-API-Key',
          description: 'The same, as a header of its own.',
        },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: sessionCookie,
          description:
            'A browser’s session, begun by POST /api/session; the name ends in a mark of the database. Changes also carry its token as X-CSRF-Token.',
        },
      },
    },
  };
}

/**
 * The domain's schemas as the generator writes them. Its own names need schemas made after the package was loaded,
 * which the domain's are not: so what is equal to a named schema is found in the finished document.
 */
function namedSchemas(): Record<string, unknown> {
  const scratch = new OpenAPIHono();
  for (const [name, schema] of Object.entries(NAMED))
    scratch.openAPIRegistry.registerPath({
      method: 'get',
      path: `/${name}`,
      responses: { 200: { description: name, content: { 'application/json': { schema } } } },
    });
  const { paths } = scratch.getOpenAPI31Document(HEAD);
  return Object.fromEntries(
    Object.keys(NAMED).map((name) => {
      const answer = paths?.[`/${name}`]?.get?.responses?.['200'];
      return [name, answer?.content?.['application/json']?.schema];
    }),
  );
}

/** Says of every operation what its caller needs, as it is held to it. */
function withScopes(paths: NonNullable<ApiDocument['paths']>): object {
  const operations = (methods: object) =>
    Object.entries(methods).map(([method, operation]) => {
      const scope = scopeNeeded({ ...operation, method });
      return [method, { ...operation, security: scope === null ? [] : needs(scope) }];
    });
  return Object.fromEntries(
    Object.entries(paths).map(([path, methods]) => [path, Object.fromEntries(operations(methods ?? {}))]),
  );
}

function withReferences(node: unknown, names: ReadonlyMap<string, string>): unknown {
  if (node === null || typeof node !== 'object') return node;
  // Every named schema is an object's: the rest need not be written out to be compared.
  const name = 'properties' in node ? names.get(JSON.stringify(node)) : undefined;
  return name === undefined ? referencesWithin(node, names) : { $ref: `#/components/schemas/${name}` };
}

function referencesWithin(node: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(node)) return node.map((entry) => withReferences(entry, names));
  if (node === null || typeof node !== 'object') return node;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, withReferences(value, names)]));
}
