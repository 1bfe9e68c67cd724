import { z } from 'zod';

/**
 * What a person writes: without the spaces around it, not blank, whole characters only, as the database wants, and none
 * that would make a page or a terminal show another text than the one that is stored.
 */
export function personText(maxLength: number) {
  return z
    .string()
    .trim()
    .max(maxLength, `must not be longer than ${maxLength} characters`)
    .refine((text) => VISIBLE.test(text), 'must not be blank')
    .refine((text) => !LONE_SURROGATE.test(text), 'must not hold half of a surrogate pair')
    .refine((text) => !CONTROL.test(text), 'must not hold control characters')
    .refine((text) => !BIDI_CONTROL.test(text), 'must not hold characters that turn the direction of text');
}
const VISIBLE = /(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{N}\p{P}\p{S}]/u;
const LONE_SURROGATE = /\p{Surrogate}/u;
/** Tabs and line ends are text. */
const CONTROL = /(?![\t\n\r])\p{Cc}/u;
const BIDI_CONTROL = /[\u202a-\u202e\u2066-\u2069]/;

/** Why a person halts, arms or closes. */
export const Reason = personText(300);
/** What a person asks the agents. */
export const Question = personText(2_000);
