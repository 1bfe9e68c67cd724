/** Keeps secrets out of logs and answers: by the name they stand under, and by what they look like. */

const HIDDEN = '[redacted]';

/** Compared without case, hyphens and underscores, at the end of a key. */
const SECRET_KEY =
  /(apikey|secret|password|passphrase|authorization|cookie|token|privatekey|signature|credentials?|databaseurl|redisurl)$/;

const SECRET_TEXT: readonly (readonly [RegExp, string])[] = [
  // scheme://user:password@host, the whole user part, since a key may stand on either side.
  [/\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@"'\\]+@/gi, `$1${HIDDEN}@`],
  [/\b(bearer|basic)(\s+)[A-Za-z0-9._~+/=-]{4,}/gi, `$1$2${HIDDEN}`],
  [/\b(sk|pk|rk)-[A-Za-z0-9_-]{8,}/g, HIDDEN],
  [
    /([?&](?:signature|sign|api_?key|access_?token|token|secret|password|listenkey|key)=)[^&\s"'\\]+/gi,
    `$1${HIDDEN}`,
  ],
  [/\b(x-mbx-apikey|x-api-key|api[-_]key)(["']?\s*[:=]\s*["']?)[A-Za-z0-9._~+/=-]{4,}/gi, `$1$2${HIDDEN}`],
];

/** What only a credential looks like: in a text that is stored and shown, prose must pass. */
const CREDENTIAL: readonly RegExp[] = [
  /\b(sk|pk|rk)-[A-Za-z0-9_-]{16,}/,
  /\b(AKIA|ASIA)[0-9A-Z]{16}\b/,
  /\bAIza[A-Za-z0-9_-]{30,}/,
  /\bgh[pousr]_[A-Za-z0-9]{30,}/,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/,
  /\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\./,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s/@"'\\]+:[^\s/@"'\\]+@/i,
  /\bbearer\s+(?=\S*\d)[A-Za-z0-9._~+/=-]{16,}/i,
  /\b(api[-_ ]?key|secret|token|password)["']?\s*[:=]\s*["']?(?=\S*\d)[A-Za-z0-9._~+/=-]{12,}/i,
  /(?<![A-Za-z0-9_-])(?=[A-Za-z0-9_-]*\d)(?=[A-Za-z0-9_-]*[a-z])(?=[A-Za-z0-9_-]*[A-Z])[A-Za-z0-9_-]{32,}/,
];
/** A shorter one may be a word of the language. */
const SECRET_FROM_LENGTH = 8;

const MAX_DEPTH = 6;
const MAX_ENTRIES = 200;

/** Hides what looks like a secret anywhere in a text, and every one of `known`. */
export function redactText(text: string, known: readonly string[] = []): string {
  let clean = text;
  for (const secret of known) clean = clean.replaceAll(secret, HIDDEN);
  for (const [pattern, replacement] of SECRET_TEXT) clean = clean.replace(pattern, replacement);
  return clean;
}

/** Number of the first line that holds one of `known` or what looks like a credential; null when none does. */
export function credentialLine(text: string, known: readonly string[] = []): number | null {
  const secrets = known.filter((secret) => secret.length >= SECRET_FROM_LENGTH);
  const index = text
    .split('\n')
    .findIndex(
      (line) =>
        secrets.some((secret) => line.includes(secret)) || CREDENTIAL.some((pattern) => pattern.test(line)),
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

function isSecretKey(key: string): boolean {
  return SECRET_KEY.test(key.toLowerCase().replace(/[-_]/g, ''));
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
