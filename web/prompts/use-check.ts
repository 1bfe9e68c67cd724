import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { checkQuery } from '../api/prompt-queries.ts';
import type { CheckedText, Draft } from '../api/prompt-types.ts';
import { useSettled } from './use-settled.ts';

const AFTER_TYPING_MS = 250;

export interface DraftCheck {
  /** The last answer; null before the first. */
  readonly checked: CheckedText | null;
  /** False while it is of an earlier text. */
  readonly isFresh: boolean;
  readonly error: unknown;
}

/** What the server has to say of the draft, a moment after the last letter. */
export function useCheck(name: string, { text, config }: Draft): DraftCheck {
  const { temperature, maxOutputTokens } = config;
  const draft = useMemo(
    () => ({ text, config: { temperature, maxOutputTokens } }),
    [text, temperature, maxOutputTokens],
  );
  const settled = useSettled(draft, AFTER_TYPING_MS);
  const check = useQuery(checkQuery(name, settled));
  const isFresh = settled === draft && !check.isPlaceholderData && check.data !== undefined;
  return { checked: check.data ?? null, isFresh, error: check.error };
}
