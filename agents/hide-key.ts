/** Shorter ones are placeholders for servers that want no key, and ordinary words. */
const SHORTEST_KEY = 8;

/**
 * A provider or a model may repeat the key: whole, in its header, cut short, or escaped as JSON. Every run of its
 * first 8 characters and what follows of it becomes `[key]`. A placeholder shorter than 8 characters is no secret.
 */
export function hideKey(text: string, apiKey: string): string {
  if (apiKey.length < SHORTEST_KEY) return text;
  const characters = [...apiKey].map(anySpelling);
  const start = characters.slice(0, SHORTEST_KEY).join('');
  const rest = characters.slice(SHORTEST_KEY).reduceRight((after, one) => `(?:${one}${after})?`, '');
  return text.replace(new RegExp(`(?<!\\\\)${start}${rest}`, 'gi'), '[key]');
}

/** What a URL in a provider's words may carry: the user before the host, and a key in the query. */
const URL_SECRETS: readonly (readonly [RegExp, string])[] = [
  [/\b([a-z][a-z0-9+.-]*:\\?\/\\?\/)[^\s/@"'\\<>]+@/gi, '$1[hidden]@'],
  [
    /([?&](?:[a-z0-9_.-]*(?:key|token|secret|password|signature)|sig|auth|code)=)[^&\s"'\\<>]+/gi,
    '$1[hidden]',
  ],
];

/** A provider may name the address it was asked at, or one that it redirects to. */
export function hideUrlSecrets(text: string): string {
  return URL_SECRETS.reduce((clean, [pattern, shown]) => clean.replace(pattern, shown), text);
}

/** `-` matches itself, `\-` and `\u002d`, however often the backslash was escaped again. */
function anySpelling(character: string): string {
  const hex = character.charCodeAt(0).toString(16).padStart(4, '0');
  return `(?:\\\\*\\u${hex}|\\\\+u${hex})`;
}
