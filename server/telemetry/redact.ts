/** Keeps secrets out of logs and answers: by the name they stand under, and by what they look like. */

import { HIDDEN, isSecretKey, SECRET_FROM_LENGTH, withoutCredentials } from '#domain/secrets.ts';

/** A log is read for its facts, so it hides also what may be a credential: shorter ones, and any user part of a URL. */
const DOUBTFUL: readonly (readonly [RegExp, string])[] = [
  [/\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@"'\\]+@/gi, `$1${HIDDEN}@`],
  [/\b(bearer|basic)(\s+)[A-Za-z0-9._~+/=-]{4,}/gi, `$1$2${HIDDEN}`],
  [/\b(sk|pk|rk)-[A-Za-z0-9_-]{8,}/g, HIDDEN],
  [/([?&]key=)[^&\s"'\\]+/gi, `$1${HIDDEN}`],
  [/\b(x-mbx-apikey|x-api-key|api[-_]key)(["']?\s*[:=]\s*["']?)[A-Za-z0-9._~+/=-]{4,}/gi, `$1$2${HIDDEN}`],
];

/** A long word of mixed letters and digits: no prompt needs one. */
const RANDOM_WORD =
  /(?<![A-Za-z0-9_-])(?=[A-Za-z0-9_-]*\d)(?=[A-Za-z0-9_-]*[a-z])(?=[A-Za-z0-9_-]*[A-Z])[A-Za-z0-9_-]{32,}/;

const MAX_DEPTH = 6;
const MAX_ENTRIES = 200;

/** Hides what looks like a secret anywhere in a text, and every one of `known`. */
export function redactText(text: string, known: readonly string[] = []): string {
  let clean = text;
  for (const secret of known) clean = clean.replaceAll(secret, HIDDEN);
  clean = withoutCredentials(clean);
  for (const [pattern, replacement] of DOUBTFUL) clean = clean.replace(pattern, replacement);
  return clean;
}

/** Number of the first line that holds one of `known` or what looks like a credential; null when none does. */
export function credentialLine(text: string, known: readonly string[] = []): number | null {
  const secrets = known.filter((secret) => secret.length >= SECRET_FROM_LENGTH);
  const index = text
    .split('\n')
    .findIndex(
      (line) =>
        secrets.some((secret) => line.includes(secret)) ||
        withoutCredentials(line) !== line ||
        RANDOM_WORD.test(line),
    );
  return index === -1 ? null : index + 1;
}

/**
 * A copy in which every value under a secret's name is hidden. Numbers and booleans stay (`outputTokens: 12` is no
 * secret); errors become plain objects with their code, cause and stack; what is too deep or too long is cut.
 */
export function redactKeys(value: unknown, depth = 0): unknown {
  if (value === null || typeof value !== 'object') return typeof value === 'bigint' ? String(value) : value;
  if (depth >= MAX_DEPTH) return '[too deep]';
  if (value instanceof Error) return redactKeys(errorFields(value), depth);
  if (Array.isArray(value)) return value.slice(0, MAX_ENTRIES).map((entry) => redactKeys(entry, depth + 1));
  if (value instanceof Date) return value.toISOString();
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, MAX_ENTRIES)
      .map(([key, entry]) => [
        key,
        isSecretKey(key) && mayBeSecret(entry) ? HIDDEN : redactKeys(entry, depth + 1),
      ]),
  );
}

function mayBeSecret(entry: unknown): boolean {
  return entry !== null && entry !== undefined && typeof entry !== 'number' && typeof entry !== 'boolean';
}

/** A library hangs whole connections on its errors: of the rest only plain values are kept, and our own context. */
function errorFields(error: Error): Record<string, unknown> {
  const { name, message, stack, cause, ...rest } = error;
  const kept = Object.entries(rest).filter(
    ([key, entry]) => key === 'context' || entry === null || typeof entry !== 'object',
  );
  return { ...Object.fromEntries(kept), name, message, stack, ...(cause === undefined ? {} : { cause }) };
}
