/** What a prompt's text must be before anybody looks at what it does. */
import { z } from 'zod';
import { AppError, toAppError } from '#domain/errors.ts';
import { createPrompt, type PromptFile, promptInvalid } from '#prompts/prompt-file.ts';
import { VARIABLE_PATTERN } from '#prompts/prompt-variables.ts';
import { credentialLine } from '../telemetry/redact.ts';

export const MOST_CHARACTERS = 60_000;

/** Any writing is welcome; what a database cannot keep, or a page would show as another text, is not. */
export const PromptText = z
  .string()
  .max(MOST_CHARACTERS, `must not be longer than ${MOST_CHARACTERS} characters`)
  .refine((text) => !/\p{Surrogate}/u.test(text), 'must not hold half of a surrogate pair')
  .refine((text) => !/(?![\t\n\r])\p{Cc}/u.test(text), 'must not hold control characters')
  .refine(
    (text) => !/[\u202a-\u202e\u2066-\u2069]/.test(text),
    'must not hold characters that turn the direction of text',
  );

/** A label begins with a letter, so that it is never mistaken for a version's number. */
export const PromptLabel = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be a label such as production or candidate: a-z, 0-9 and -');

/**
 * A draft as a prompt, or why not, with the line at fault.
 * @throws AppError `prompt_invalid`
 */
export function checkDraft(
  draft: { readonly name: string; readonly text: string; readonly settings: unknown },
  secrets: readonly string[],
  origin: string = draft.name,
): PromptFile {
  const text = draft.text.replaceAll('\r\n', '\n');
  const read = PromptText.safeParse(text);
  if (!read.success) throw faulty(promptInvalid(origin, `the text ${read.error.issues[0]?.message}`), null);
  const line = credentialLine(text, secrets);
  if (line !== null)
    throw faulty(
      promptInvalid(origin, `line ${line} holds what looks like a key or a password: take it out`),
      line,
    );
  try {
    return createPrompt({ ...draft, text }, origin);
  } catch (thrown) {
    const failure = toAppError(thrown);
    throw faulty(failure, lineOf(text, failure.context.variable));
  }
}

function lineOf(text: string, variable: unknown): number | null {
  if (typeof variable !== 'string') return null;
  const index = text
    .split('\n')
    .findIndex((line) => [...line.matchAll(VARIABLE_PATTERN)].some((match) => match[1] === variable));
  return index === -1 ? null : index + 1;
}

/** The same failure with the place in the request's body. */
function faulty(failure: AppError, line: number | null): AppError {
  const location = line === null ? 'body.text' : `body.text:${line}`;
  return new AppError(failure.code, failure.message, {
    context: { ...failure.context, errors: [{ location, message: failure.message }] },
    cause: failure,
  });
}
