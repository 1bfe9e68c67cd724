/** How long a prompt is, before anybody pays for it. The provider's own count comes with the answer and is what is billed. */

/** What a chat adds around each message, and before the answer (OpenAI cookbook, read November 2026). */
const AROUND_MESSAGE = 3;
const BEFORE_ANSWER = 3;

/**
 * Tokens of the messages and of the answer's schema as it goes over the wire, in the vocabulary o200k of GPT-4o and
 * later. Other models cut the same text into a tenth more or less. The vocabulary is read on the first call: 2 MB.
 */
export async function countTokens(
  messages: readonly { readonly role: string; readonly content: string }[],
  answerSchema: Readonly<Record<string, unknown>>,
): Promise<number> {
  const count = await counter();
  const words = messages.reduce((sum, { content }) => sum + AROUND_MESSAGE + count(content), 0);
  return words + count(JSON.stringify(answerSchema)) + BEFORE_ANSWER;
}

/** Tokens of a text on its own, in the same vocabulary. */
export async function countText(text: string): Promise<number> {
  return (await counter())(text);
}

let loaded: Promise<(text: string) => number> | undefined;

function counter(): Promise<(text: string) => number> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<(text: string) => number> {
  const [{ Tiktoken }, { default: ranks }] = await Promise.all([
    import('js-tiktoken/lite'),
    import('js-tiktoken/ranks/o200k_base'),
  ]);
  const vocabulary = new Tiktoken(ranks);
  // What looks like a control token in a text is counted as the text it is.
  return (text) => inShortRuns(text).reduce((sum, part) => sum + vocabulary.encode(part, [], []).length, 0);
}

/** Letters, signs or blanks without a break, which the vocabulary cuts as one piece. */
const LONG_RUN = /\p{L}{64}|[^\s\p{L}\p{N}]{64}|\s{64}/gu;

/** The text in parts without long runs: cutting one takes the square of its length, and no language writes them. */
function inShortRuns(text: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (const { index, 0: run } of text.matchAll(LONG_RUN)) {
    parts.push(text.slice(from, index + run.length));
    from = index + run.length;
  }
  parts.push(text.slice(from));
  return parts;
}
