/** What is tried in every place a caller can put something. */

export interface Payload {
  readonly kind: string;
  readonly text: string;
}

const LONG = 'A'.repeat(1_000_000);

/** Evaluated somewhere, the arithmetic would give this. */
export const TEMPLATE_RESULT = '50615093';

export const TEXT_PAYLOADS: readonly Payload[] = [
  { kind: 'sql', text: "' OR '1'='1' --" },
  { kind: 'sql', text: "'; create table owned(id int); --" },
  { kind: 'sql', text: "x') union select version(), current_user --" },
  { kind: 'sql', text: '1; select pg_sleep(60)' },
  { kind: 'sql', text: "$1::text || chr(39) || '" },
  { kind: 'nosql', text: '{"$gt":""}' },
  { kind: 'nosql', text: "'; return true; var x='" },
  { kind: 'template', text: '{{7103*7126}}' },
  { kind: 'template', text: '$\u007b7103*7126}<%= 7103*7126 %>#{7103*7126}' },
  { kind: 'header', text: 'x\r\nX-Injected: yes\r\n\r\n<html>' },
  { kind: 'header', text: '%0d%0aSet-Cookie:%20vigil_session=owned' },
  { kind: 'nul', text: 'a\0b' },
  { kind: 'unicode', text: '\u202e\ufeff\ud83d\ude08Ａ＇ｏｒ＇１\u0000e\u0301' },
  { kind: 'unicode', text: '\ud800' },
  { kind: 'traversal', text: '../../../../../../etc/passwd' },
  { kind: 'traversal', text: '..%2f..%2f..%2fetc%2fpasswd' },
  { kind: 'traversal', text: '....//....//etc/passwd\\..\\..' },
  { kind: 'script', text: '<script>alert(1)</script>' },
  { kind: 'command', text: '$(touch /tmp/owned); `touch /tmp/owned`' },
  { kind: 'prototype', text: '__proto__' },
  { kind: 'prototype', text: 'constructor' },
  { kind: 'type', text: '-1' },
  { kind: 'type', text: '1e309' },
  { kind: 'type', text: '9'.repeat(40) },
  { kind: 'type', text: 'NaN' },
  { kind: 'type', text: '' },
  { kind: 'long', text: LONG },
];

/** One of each kind: a field of a body is read by the same code whatever its name. */
export const FIELD_PAYLOADS: readonly Payload[] = TEXT_PAYLOADS.filter(
  ({ kind }, index) => TEXT_PAYLOADS.findIndex((payload) => payload.kind === kind) === index,
);

/** JSON that takes a field's place. */
export const JSON_PAYLOADS: readonly Payload[] = [
  ...['null', 'true', '-1', '1e400', '[[[]]]', '{"$ne":null}'].map((text) => ({
    kind: 'type',
    text,
  })),
  { kind: 'prototype', text: '{"__proto__":{"polluted":true}}' },
  { kind: 'prototype', text: '{"constructor":{"prototype":{"polluted":true}}}' },
  { kind: 'deep', text: `${'['.repeat(20_000)}${']'.repeat(20_000)}` },
];

/** What an answer must never hold: our code's places, the database's words, another file, an evaluated template. */
export const LEAKS: readonly RegExp[] = [
  /\bat [^\n"]*\.(ts|mjs|js):\d+/,
  /node_modules|file:\/\/|\/server\/|PostgresError|DrizzleQuery|Failed query/,
  /\b(select|insert into|update|delete from)\b[^"]{0,200}\b(from|values|set|where)\b/i,
  /syntax error at or near|violates [a-z]+ constraint|invalid input syntax|invalid byte sequence/i,
  /root:x:0:/,
  new RegExp(TEMPLATE_RESULT),
];
