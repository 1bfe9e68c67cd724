import { useEffect, useSyncExternalStore } from 'react';
import type { Draft, PromptVersion } from '../api/prompt-types.ts';
import { createDraftStore } from './draft-store.ts';

const store = createDraftStore(sessionStorage);

export interface EditedDraft {
  /** What stands in the editor. */
  readonly draft: Draft;
  /** The newest version its author has seen. */
  readonly basedOn: number;
  readonly isDirty: boolean;
  change(change: Partial<Draft>): void;
  discard(): void;
}

/** A version as it is edited in this tab: the version's own words until somebody writes. */
export function useDraft(name: string, base: PromptVersion, latestVersion: number): EditedDraft {
  const { version, text, config } = base;
  const stored = useSyncExternalStore(store.onChange, () => store.get(name, version));
  const draft: Draft = stored ?? { text, config: { ...config } };
  const isDirty = stored !== null;
  useAskBeforeClosing(isDirty);
  return {
    draft,
    basedOn: stored?.basedOn ?? latestVersion,
    isDirty,
    change(change) {
      const next = { text: draft.text, config: draft.config, ...change };
      if (isSame(next, base)) store.drop(name, version);
      else
        store.put(name, version, {
          ...next,
          basedOn: stored?.basedOn ?? latestVersion,
          changedAtMs: Date.now(),
        });
    },
    discard: () => store.drop(name, version),
  };
}

/** Versions of a prompt with unsaved changes in this tab, the last touched first. */
export function useDraftVersions(name: string): readonly number[] {
  return useSyncExternalStore(store.onChange, () => store.versions(name));
}

function isSame({ text, config }: Draft, base: PromptVersion): boolean {
  const { temperature, maxOutputTokens } = base.config;
  return (
    text === base.text && config.temperature === temperature && config.maxOutputTokens === maxOutputTokens
  );
}

function useAskBeforeClosing(isDirty: boolean): void {
  useEffect(() => {
    if (!isDirty) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [isDirty]);
}
