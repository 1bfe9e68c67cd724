import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import { useDeferredValue, useMemo } from 'react';
import type { Draft, PromptVersion } from '../api/prompt-types.ts';
import { DiffView } from './diff-view.tsx';

/** What an unsaved text changes in a version. */
export function DraftDiff({ version, draft }: { version: PromptVersion; draft: Draft }) {
  const text = useDeferredValue(draft.text);
  const unified = useMemo(() => patchOf(version, { ...draft, text }), [version, draft, text]);
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      aria-label={`What your text changes in version ${version.version}`}
      className="max-h-60 overflow-y-auto rounded border border-line bg-surface"
    >
      <DiffView unified={unified} left={`version ${version.version}`} right="your text" isNarrow />
    </section>
  );
}

function patchOf(version: PromptVersion, draft: Draft): string {
  const [before, after] = [withSettings(version), withSettings(draft)];
  const options = { context: 2, headerOptions: FILE_HEADERS_ONLY };
  return before === after ? '' : createTwoFilesPatch('', '', before, after, '', '', options);
}

function withSettings({ text, config }: Draft): string {
  const { temperature, maxOutputTokens } = config;
  return `temperature: ${temperature}\nmaxOutputTokens: ${maxOutputTokens}\n\n${text.trim()}\n`;
}
