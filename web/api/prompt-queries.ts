/** What the pages read about prompts. A change of any prompt makes everything below `prompts` old. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { VersionResult } from '#domain/prompt-trial.ts';
import { requestJson } from './client.ts';
import type {
  AskedRun,
  CheckedText,
  ChosenQuestion,
  Draft,
  Preview,
  PromptDetail,
  PromptSummary,
  VersionDiff,
} from './prompt-types.ts';
import type { Page } from './types.ts';

export const PROMPTS_KEY = ['prompts'] as const;

/** The next cycle is never far, and this is looked at while a person decides. */
const EFFECT_EVERY_MS = 2_000;
/** Runs end all the time. */
const QUESTIONS_EVERY_MS = 60_000;
const QUESTIONS_SHOWN = 20;

export const promptsQuery = queryOptions({
  queryKey: [...PROMPTS_KEY, 'list'],
  queryFn: ({ signal }) => requestJson<Page<PromptSummary>>('/api/prompts', { signal }),
});

export function promptQuery(name: string) {
  return queryOptions({
    queryKey: [...PROMPTS_KEY, 'detail', name],
    queryFn: ({ signal }) => requestJson<PromptDetail>(promptPath(name), { signal }),
  });
}

export function resultsQuery(name: string) {
  return queryOptions({
    queryKey: [...PROMPTS_KEY, 'results', name],
    queryFn: ({ signal }) => requestJson<Page<VersionResult>>(promptPath(name, '/results'), { signal }),
  });
}

export function effectQuery(name: string) {
  return queryOptions({
    queryKey: [...PROMPTS_KEY, 'effect', name],
    queryFn: ({ signal }) =>
      requestJson<{ takesEffectAtMs: number | null }>(promptPath(name, '/effect'), { signal }),
    refetchInterval: EFFECT_EVERY_MS,
  });
}

export function questionsQuery(name: string) {
  return queryOptions({
    queryKey: [...PROMPTS_KEY, 'questions', name],
    queryFn: ({ signal }) =>
      requestJson<Page<AskedRun>>(promptPath(name, `/questions?limit=${QUESTIONS_SHOWN}`), { signal }),
    refetchInterval: QUESTIONS_EVERY_MS,
  });
}

export function diffQuery(name: string, from: number, to: number) {
  const search = new URLSearchParams({ from: String(from), to: String(to) });
  return queryOptions({
    queryKey: ['prompt-diff', name, from, to],
    queryFn: ({ signal }) => requestJson<VersionDiff>(promptPath(name, `/diff?${search}`), { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });
}

/** These two only read, whatever their method: the text is too long for an address. */
export function checkQuery(name: string, { text, config }: Draft) {
  return queryOptions({
    queryKey: ['prompt-check', name, text, config],
    queryFn: async ({ signal }) => {
      const checked = await requestJson<CheckedText>(promptPath(name, '/check'), {
        method: 'POST',
        body: { text, config },
        signal,
      });
      return { ...checked, text };
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 10_000,
    placeholderData: keepPreviousData,
  });
}

export function previewQuery(name: string, { text, config }: Draft, { runId, symbol }: ChosenQuestion) {
  return queryOptions({
    queryKey: ['prompt-preview', name, text, config, runId, symbol],
    queryFn: ({ signal }) =>
      requestJson<{ items: readonly Preview[] }>(promptPath(name, '/preview'), {
        method: 'POST',
        body: { text, config, runId, ...(symbol !== null && { symbol }) },
        signal,
      }),
    staleTime: 30_000,
    gcTime: 10_000,
    placeholderData: keepPreviousData,
  });
}

export function promptPath(name: string, rest = ''): string {
  return `/api/prompts/${encodeURIComponent(name)}${rest}`;
}
