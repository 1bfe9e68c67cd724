import { bigint, customType, numeric } from 'drizzle-orm/pg-core';

/** An instant or a count of milliseconds; a JavaScript number holds both exactly. */
export const milliseconds = () => bigint({ mode: 'number' });

/** Exact money as `DecimalText`: unconstrained numeric keeps every digit it was given. */
export const money = () => numeric({ mode: 'string' });

export const bytes = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' });

/** Words with their places, as search/word-vectors.ts writes them. */
export const wordVector = customType<{ data: string; driverData: string }>({ dataType: () => 'tsvector' });

/**
 * A JSON document. Drizzle's own `jsonb` parses a string value a second time, and Postgres refuses NUL and lone
 * surrogates, which models do send.
 */
export const document = customType<{ data: unknown; driverData: unknown }>({
  dataType: () => 'jsonb',
  toDriver: (value) => jsonText(value),
});

/** JSON that Postgres can store: NUL and lone surrogates become U+FFFD, `undefined` becomes null. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value ?? null);
  if (!text.includes('\\u')) return text;
  return text.replace(/\\(?:\\|u0000|ud[89a-f][0-9a-f]{2})/g, (found) =>
    found === '\\\\' ? found : '\\ufffd',
  );
}

/** Text that Postgres can store: NUL becomes U+FFFD. Lone surrogates become U+FFFD on the wire by themselves. */
export function storableText(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text;
}
