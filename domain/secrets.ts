/**
 * Hides what must not be stored or shown: values that are known secrets, what only a credential looks like, and what
 * stands under a secret's name. Prose passes: a trace is read for its words.
 */
import { z } from 'zod';

export const HIDDEN = '[redacted]';

/** Compared without case, hyphens and underscores, at the end of a key. */
const SECRET_KEY =
  /(apikey|secret|password|passphrase|authorization|cookie|token|privatekey|signature|credentials?|databaseurl|redisurl|^pin|vigilpin)$/;

/** What only a credential looks like, and what is left of it. */
const CREDENTIALS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:sk|pk|rk)-[A-Za-z0-9_-]{16,}/g, HIDDEN],
  [/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g, HIDDEN],
  [/\bAIza[A-Za-z0-9_-]{30,}/g, HIDDEN],
  [/\bgh[pousr]_[A-Za-z0-9]{30,}/g, HIDDEN],
  [/\bxox[abprs]-[A-Za-z0-9-]{10,}/g, HIDDEN],
  [/\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*/g, HIDDEN],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, HIDDEN],
  [/\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@"'\\:]{0,60}:[^\s/@"'\\]{1,100}@/gi, `$1${HIDDEN}@`],
  [/\b(bearer\s+)(?=\S{0,100}\d)[A-Za-z0-9._~+/=-]{16,}/gi, `$1${HIDDEN}`],
  [
    /([?&](?:signature|sign|api_?key|access_?token|token|secret|password|listenkey)=)[^&\s"'\\]+/gi,
    `$1${HIDDEN}`,
  ],
  [
    /\b((?:x-mbx-apikey|x-api-key|api[-_ ]?key|secret|token|password)["']?\s{0,5}[:=]\s{0,5}["']?)(?=\S{0,100}\d)[A-Za-z0-9._~+/=-]{12,}/gi,
    `$1${HIDDEN}`,
  ],
  // By its name and never by its value: whoever may write and read would find six digits by what is hidden.
  [
    /\b((?:vigil_)?pin["'\\]{0,3}(?:\s(?:is|of|was))?\s{0,5}[:=]?\s{0,5}["'\\]{0,3})\d{6,12}\b/gi,
    `$1${HIDDEN}`,
  ],
];

/** A text without any of these holds no credential: one look instead of a dozen. */
const SUSPECT =
  /\b[spr]k-|AKIA|ASIA|AIza|gh[pousr]_|xox[abprs]-|eyJ|PRIVATE KEY|:\/\/|bearer|signature|sign=|listenkey|api[-_ ]?key|secret|token|password|pin\W/i;

/** A shorter one may be a word of the language. */
export const SECRET_FROM_LENGTH = 8;
const KEYS_KNOWN = 5_000;

/** Whether what stands under this key is a secret. */
export function isSecretKey(key: string): boolean {
  return SECRET_KEY.test(key.toLowerCase().replace(/[-_]/g, ''));
}

/** The text with a mark for each part that only a credential looks like; the same text where there is none. */
export function withoutCredentials(text: string): string {
  if (!SUSPECT.test(text)) return text;
  let clean = text;
  for (const [pattern, left] of CREDENTIALS) clean = clean.replace(pattern, left);
  return clean;
}

/** Of what is stored: how many of its fields had something to hide; a text is one field. */
export const HiddenFields = z.number().int().nonnegative();

export interface HiddenIn<Value> {
  readonly value: Value;
  /** How many fields had something to hide; a text is one field. */
  readonly hidden: number;
}

export interface SecretHider {
  text(text: string): HiddenIn<string>;
  /** The same value when there is nothing to hide, else a copy of what leads there. */
  value(value: unknown): HiddenIn<unknown>;
}

/** What is known of a key of a value: whether it names a secret, and what is left of it when it holds one. */
interface ReadKey {
  readonly names: boolean;
  readonly clean: string;
}

/** As it is, and as JSON writes it within a text. */
function waysToWrite(secret: string): string[] {
  return [...new Set([secret, JSON.stringify(secret).slice(1, -1)])];
}

export function createSecretHider(configured: readonly string[]): SecretHider {
  const secrets = configured.filter((secret) => secret.length >= SECRET_FROM_LENGTH).flatMap(waysToWrite);
  const keysRead = new Map<string, ReadKey>();

  function text(given: string): HiddenIn<string> {
    if (given.length < SECRET_FROM_LENGTH) return { value: given, hidden: 0 };
    let clean = given;
    for (const secret of secrets) if (clean.includes(secret)) clean = clean.replaceAll(secret, HIDDEN);
    clean = withoutCredentials(clean);
    return { value: clean, hidden: clean === given ? 0 : 1 };
  }

  function readKey(key: string): ReadKey {
    const known = keysRead.get(key);
    if (known !== undefined) return known;
    const read = { names: isSecretKey(key), clean: text(key).value };
    if (keysRead.size < KEYS_KNOWN) keysRead.set(key, read);
    return read;
  }

  function value(given: unknown): HiddenIn<unknown> {
    if (typeof given === 'string') return text(given);
    if (given === null || typeof given !== 'object') return { value: given, hidden: 0 };
    // What writes itself as JSON in its own way is written so first.
    if ('toJSON' in given && typeof given.toJSON === 'function') return value(given.toJSON());
    return Array.isArray(given) ? list(given) : fields(given as Record<string, unknown>);
  }

  function list(given: readonly unknown[]): HiddenIn<unknown> {
    let copy: unknown[] | null = null;
    let hidden = 0;
    for (let index = 0; index < given.length; index += 1) {
      const one = value(given[index]);
      if (one.value === given[index]) continue;
      hidden += one.hidden;
      copy ??= [...given];
      copy[index] = one.value;
    }
    return { value: copy ?? given, hidden };
  }

  function fields(given: Readonly<Record<string, unknown>>): HiddenIn<unknown> {
    let copy: Record<string, unknown> | null = null;
    let hidden = 0;
    for (const key of Object.keys(given)) {
      const entry = given[key];
      const read = readKey(key);
      const isHidden = typeof entry === 'string' && entry !== '' && read.names;
      const one = isHidden ? { value: HIDDEN, hidden: entry === HIDDEN ? 0 : 1 } : value(entry);
      if (one.value === entry && read.clean === key) continue;
      copy ??= { ...given };
      if (read.clean !== key) {
        delete copy[key];
        hidden += 1;
      }
      hidden += one.hidden;
      copy[read.clean] = one.value;
    }
    return { value: copy ?? given, hidden };
  }

  return { text, value };
}
