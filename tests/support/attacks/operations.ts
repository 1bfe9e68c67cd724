/** Every operation of the OpenAPI document, and requests made from it with one place replaced. */
import { FIELD_PAYLOADS, JSON_PAYLOADS, type Payload, TEXT_PAYLOADS } from './payloads.ts';
import type { WireRequest } from './wire.ts';

type Schema = Readonly<Record<string, unknown>>;

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly required?: boolean;
  readonly schema?: Schema;
}

export interface Operation {
  readonly method: string;
  readonly path: string;
  /** What it says a caller needs; null for nothing. */
  readonly scope: 'read' | 'control' | null;
  readonly parameters: readonly Parameter[];
  readonly body: Schema | null;
}

export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Record<string, unknown>>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export interface Attack {
  readonly operation: Operation;
  /** Such as `query.limit` or `body.reason`. */
  readonly place: string;
  readonly payload: Payload;
  readonly request: WireRequest;
}

/** Values that let a request reach its handler, by the beginning of a path and the parameter. */
export type Known = (path: string, name: string) => string | undefined;

export function operationsOf({ paths }: ApiDocument): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const security = operation.security as readonly Record<string, string[]>[];
      const content = (operation.requestBody as { content?: Record<string, { schema: Schema }> })?.content;
      return {
        ...{ method: method.toUpperCase(), path },
        scope: (Object.values(security[0] ?? {})[0]?.[0] ?? null) as Operation['scope'],
        parameters: (operation.parameters ?? []) as readonly Parameter[],
        body: content?.['application/json']?.schema ?? null,
      };
    }),
  );
}

export function plainRequest(operation: Operation, known: Known, document: ApiDocument): WireRequest {
  return requestOf(operation, known, document, {});
}

/** Each payload in each path, query and header parameter, in a parameter nobody knows, and in each field of a body. */
export function* attacksOn(operation: Operation, known: Known, document: ApiDocument): Generator<Attack> {
  const places = [...operation.parameters, { name: 'unknown', in: 'query' as const }];
  for (const { name, in: where } of places)
    for (const payload of TEXT_PAYLOADS) {
      if (where === 'header' && !/^[\x20-\x7e]{0,9000}$/.test(payload.text)) continue;
      const request = requestOf(operation, known, document, { [`${where}.${name}`]: payload.text });
      yield { operation, place: `${where}.${name}`, payload, request };
    }
  if (operation.body === null) return;
  const sample = sampleOf(operation.body, document) as Record<string, unknown>;
  const plain = requestOf(operation, known, document, {});
  for (const field of ['', ...Object.keys(sample ?? {}), '__proto__', 'unknown']) {
    const texts = FIELD_PAYLOADS.map(({ kind, text }) => ({ kind, text: JSON.stringify(text) }));
    for (const payload of [...texts, ...JSON_PAYLOADS]) {
      const body = field === '' ? payload.text : withField(sample, field, payload.text);
      yield { operation, place: `body.${field}`, payload, request: { ...plain, body } };
    }
  }
}

function withField(sample: Record<string, unknown>, field: string, json: string): string {
  const { [field]: _replaced, ...rest } = sample;
  const others = JSON.stringify(rest).slice(1, -1);
  return `{${JSON.stringify(field)}:${json}${others === '' ? '' : `,${others}`}}`;
}

function requestOf(
  { method, path, parameters, body }: Operation,
  known: Known,
  document: ApiDocument,
  replaced: Readonly<Record<string, string>>,
): WireRequest {
  const query = new URLSearchParams();
  const headers: Record<string, string> = {};
  const filled = path.replaceAll(/\{(\w+)\}/g, (_brace, name: string) =>
    encode(replaced[`path.${name}`] ?? known(path, name) ?? 'none'),
  );
  for (const { name, in: where, required, schema } of [
    ...parameters,
    { name: 'unknown', in: 'query' as const },
  ] as Parameter[]) {
    const value = replaced[`${where}.${name}`];
    const needed = required ? (known(path, name) ?? String(sampleOf(schema ?? {}, document))) : undefined;
    if (where === 'query' && (value ?? needed) !== undefined)
      query.set(name, wellFormed(value ?? needed ?? ''));
    if (where === 'header' && value !== undefined) headers[name] = value;
  }
  const search = query.size === 0 ? '' : `?${query}`;
  if (body === null) return { method, path: `${filled}${search}`, headers, body: null };
  return { method, path: `${filled}${search}`, headers, body: JSON.stringify(sampleOf(body, document)) };
}

function encode(text: string): string {
  // What is encoded already is sent as it is: that is the attack.
  return /%[0-9a-f]{2}/i.test(text) ? text : encodeURIComponent(wellFormed(text));
}

function wellFormed(text: string): string {
  return text.replaceAll(/[\ud800-\udfff](?<![\ud800-\udbff][\udc00-\udfff])(?![\udc00-\udfff])/g, '\ufffd');
}

/** A value that mostly fits its schema; what does not is refused, which is as good for an attack on another field. */
function sampleOf(given: Schema, document: ApiDocument, depth = 0): unknown {
  const schema = resolved(given, document);
  const [choice] = (schema.anyOf ?? schema.oneOf ?? schema.allOf ?? []) as Schema[];
  if (choice !== undefined) return sampleOf(choice, document, depth);
  if (schema.const !== undefined) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if (schema.default !== undefined) return schema.default;
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'object' && depth < 4) {
    const properties = (schema.properties ?? {}) as Record<string, Schema>;
    return Object.fromEntries(
      Object.entries(properties).map(([name, property]) => [
        name,
        named(name) ?? sampleOf(property, document, depth + 1),
      ]),
    );
  }
  if (type === 'array') return [sampleOf((schema.items ?? {}) as Schema, document, depth + 1)];
  if (type === 'integer' || type === 'number')
    return Number(schema.minimum ?? schema.exclusiveMinimum ?? 0) + 1;
  if (type === 'boolean') return false;
  return 'text';
}

function named(name: string): unknown {
  if (name === 'symbols') return ['BTC/USDT:USDT'];
  if (name === 'symbol') return 'BTC/USDT:USDT';
  return undefined;
}

function resolved(schema: Schema, { components }: ApiDocument): Schema {
  const name = typeof schema.$ref === 'string' ? schema.$ref.split('/').at(-1) : undefined;
  return name === undefined ? schema : (components.schemas[name] ?? {});
}
