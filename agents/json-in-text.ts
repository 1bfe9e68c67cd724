/**
 * The JSON object in a model's words. Thoughts, fences and prose around it are forgiven. Reads each character a fixed
 * number of times: a reply is hostile until shown otherwise, and a pattern that backtracks would stop the process.
 */
export type JsonInText =
  | { readonly kind: 'found'; readonly json: object }
  /** `truncated`: an object or a thought begins and never ends. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'truncated' }
  | { readonly kind: 'none' };

const THOUGHT = { from: '<think>', to: '</think>' } as const;
const FENCE = '```';

export function jsonIn(text: string): JsonInText {
  const { words, isThinking } = withoutThoughts(text);
  const spoken = words.trim();
  if (spoken === '') return { kind: isThinking ? 'truncated' : 'empty' };
  const braced = spoken.slice(spoken.indexOf('{'), spoken.lastIndexOf('}') + 1);
  for (const candidate of [spoken, fenced(spoken), braced]) {
    const json = candidate === '' ? undefined : readJson(candidate);
    if (typeof json === 'object' && json !== null) return { kind: 'found', json };
  }
  return { kind: isThinking || breaksOff(spoken) ? 'truncated' : 'none' };
}

/** What is said outside of thoughts, and whether the last thought never ends. */
function withoutThoughts(text: string): { words: string; isThinking: boolean } {
  const spoken: string[] = [];
  let at = 0;
  for (;;) {
    const from = text.indexOf(THOUGHT.from, at);
    if (from === -1) return { words: spoken.join('') + text.slice(at), isThinking: false };
    spoken.push(text.slice(at, from));
    const to = text.indexOf(THOUGHT.to, from);
    if (to === -1) return { words: spoken.join(''), isThinking: true };
    at = to + THOUGHT.to.length;
  }
}

/** What stands in the first code fence, without the fence's language; empty when there is none. */
function fenced(text: string): string {
  const from = text.indexOf(FENCE);
  if (from === -1) return '';
  const to = text.indexOf(FENCE, from + FENCE.length);
  if (to === -1) return '';
  return text
    .slice(from + FENCE.length, to)
    .replace(/^json/i, '')
    .trim();
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether the text's first object is still open where the text ends. */
function breaksOff(text: string): boolean {
  let depth = 0;
  let isQuoted = false;
  for (let at = text.indexOf('{'); at >= 0 && at < text.length; at += 1) {
    const character = text[at];
    if (isQuoted) {
      if (character === '\\') at += 1;
      else if (character === '"') isQuoted = false;
    } else if (character === '"') isQuoted = true;
    else if (character === '{') depth += 1;
    else if (character === '}') {
      depth -= 1;
      if (depth === 0) return false;
    }
  }
  return depth > 0;
}
