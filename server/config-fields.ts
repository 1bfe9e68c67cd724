/** How an environment variable's text is read. Every refusal says what is allowed and never repeats the value. */
import { homedir } from 'node:os';
import { z } from 'zod';
import { AppError } from '#domain/errors.ts';
import { type MarketSymbol, parseSymbol } from '#domain/symbol.ts';
import { instantOfIso } from '#domain/time.ts';
import { parseTradingHours } from '#tools/risk/trading-hours.ts';
import { redactText } from './telemetry/redact.ts';

/** What `.env.example` and `doctor` say about a variable. */
export interface VariableAbout {
  readonly section: string;
  readonly description: string;
  /** The default in words or as it would be written; null when the variable is simply absent. */
  readonly fallback: string | null;
  readonly secret?: boolean;
  /** A URL that is shown, but never its user, password or query. */
  readonly mayHoldCredentials?: boolean;
}

export function optional<Schema extends z.ZodType>(schema: Schema, about: Omit<VariableAbout, 'fallback'>) {
  return schema.optional().meta({ about: { ...about, fallback: null } });
}

/** What a variable made by `optional` or `defaulted` says of itself. */
export function aboutOf(schema: z.ZodType): VariableAbout {
  return schema.meta()?.about as VariableAbout;
}

/** The default is written as it would be in the environment, and read the same way. */
export function defaulted<Schema extends z.ZodType<unknown, string>>(
  schema: Schema,
  about: VariableAbout & { fallback: string },
) {
  return schema.prefault(about.fallback as z.util.NoUndefined<z.input<Schema>>).meta({ about });
}

/** Reads text with `parse`; what it answers with undefined or throws on is refused as `must be <allowed>`. */
function field<Value>(allowed: string, parse: (text: string) => Value | undefined) {
  return z.string().transform((text, context): Value => {
    const value = parse(text.trim());
    if (value !== undefined) return value;
    context.issues.push({ code: 'custom', message: `must be ${allowed}`, input: text });
    return z.NEVER;
  });
}

export function wholeNumber({ min, max }: { min: number; max: number }) {
  return field(`a whole number from ${min} to ${max}`, (text) => {
    const value = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? value : undefined;
  });
}

export function numberBetween({ min, max }: { min: number; max: number }) {
  return field(`a number from ${min} to ${max}`, (text) => {
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? value : undefined;
  });
}

/** A number that this schema takes; what it allows is told from its own bounds. */
export function numberOf(schema: z.ZodNumber) {
  const { minValue, maxValue } = schema;
  const least = minValue === 0 && !schema.safeParse(0).success ? 'over 0' : `from ${minValue}`;
  const most = maxValue !== null && Number.isFinite(maxValue) ? ` up to ${maxValue}` : '';
  const kind = schema.isInt ? 'a whole number' : 'a number';
  return field(`${kind} ${least}${most}`, (text) =>
    /^\d+(\.\d+)?$/.test(text) ? schema.safeParse(Number(text)).data : undefined,
  );
}

export function tradingHours() {
  return field('hours in UTC such as Mon-Fri 08:00-20:00, Sat 10:00-14:00', parseTradingHours);
}

export function oneOf<const Choice extends string>(choices: readonly Choice[]) {
  return field(`one of ${choices.join(', ')}`, (text) => choices.find((choice) => choice === text));
}

export function yesOrNo() {
  return field('true or false', (text) => {
    if (/^(true|1|yes)$/i.test(text)) return true;
    return /^(false|0|no)$/i.test(text) ? false : undefined;
  });
}

export function matching(pattern: RegExp, allowed: string) {
  return field(allowed, (text) => (pattern.test(text) ? text : undefined));
}

/** No shell stands between a `.env` file and us: a tilde would become a folder of that name below this one. */
export function pathText(what: string) {
  return matching(
    /^(?!~)[^\0]+$/,
    `${what}, and a leading ~ is not read here: write ${homedir()} in its place`,
  );
}

export function urlOf(schemes: readonly string[]) {
  return field(`a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`, (text) => {
    if (!URL.canParse(text)) return undefined;
    return schemes.includes(new URL(text).protocol.slice(0, -1)) ? text : undefined;
  });
}

/** A URL, or what was given in its place, without user, password, query and fragment. */
export function withoutCredentials(text: string): string {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/)?(.*)$/is.exec(text.trim()) ?? [];
  const at = rest.lastIndexOf('@');
  const from = rest.search(/[?#]/);
  // An @ behind the first ? may end a password or stand in a query: nothing of either is shown.
  if (at >= 0 && from >= 0 && from < at) return `${scheme}(hidden)`;
  return redactText(`${scheme}${rest.slice(at + 1).replace(/[?#].*$/s, '')}`);
}

/** A comma-separated list of what `parseSymbol` reads, without repeats. */
export function symbolList() {
  return field('symbols separated by commas, such as BTC,ETH,SOL/USDT:USDT', (text) => {
    try {
      const symbols = text.split(',').filter((part) => part.trim() !== '');
      return symbols.length === 0 ? undefined : [...new Set<MarketSymbol>(symbols.map(parseSymbol))];
    } catch (thrown) {
      if (thrown instanceof AppError) return undefined;
      throw thrown;
    }
  });
}

/** `2025-04-07`, `2025-04-07T12:00:00Z` or UTC milliseconds; a time without a zone is UTC. */
export function instant() {
  return field('a UTC time such as 2025-04-07T12:00:00Z, or milliseconds since 1970', (text) => {
    if (/^\d{11,15}$/.test(text)) return Number(text);
    return instantOfIso(text) ?? undefined;
  });
}
