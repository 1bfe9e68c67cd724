/** Unsaved texts of this tab, by prompt and the version they were begun from. A reload finds them again. */
import type { Draft } from '../api/prompt-types.ts';

export interface StoredDraft extends Draft {
  /** The newest version when it was begun: what its author has seen. */
  readonly basedOn: number;
  readonly changedAtMs: number;
}

export interface DraftStore {
  get(name: string, version: number): StoredDraft | null;
  put(name: string, version: number, draft: StoredDraft): void;
  drop(name: string, version: number): void;
  /** Versions from which something unsaved was begun, the last touched first. */
  versions(name: string): readonly number[];
  onChange(listener: () => void): () => void;
}

/** What is used of the browser's storage. */
export interface KeptTexts {
  readonly length: number;
  key(index: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const PREFIX = 'vigil.prompt-draft.';

export function createDraftStore(storage: KeptTexts): DraftStore {
  const drafts = readAll(storage);
  const listeners = new Set<() => void>();
  /** The same answer until something changes, as a subscription wants it. */
  let known = new Map<string, readonly number[]>();

  function changed() {
    known = new Map();
    for (const listener of listeners) listener();
  }

  return {
    get: (name, version) => drafts.get(keyOf(name, version)) ?? null,
    put(name, version, draft) {
      drafts.set(keyOf(name, version), draft);
      try {
        storage.setItem(keyOf(name, version), JSON.stringify(draft));
      } catch {
        // A full storage: the text is still there until the tab is closed or loaded anew.
      }
      changed();
    },
    drop(name, version) {
      drafts.delete(keyOf(name, version));
      storage.removeItem(keyOf(name, version));
      changed();
    },
    versions(name) {
      const found = known.get(name) ?? versionsIn(drafts, name);
      known.set(name, found);
      return found;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function keyOf(name: string, version: number): string {
  return `${PREFIX}${name}.${version}`;
}

function versionsIn(drafts: ReadonlyMap<string, StoredDraft>, name: string): readonly number[] {
  const start = `${PREFIX}${name}.`;
  return [...drafts]
    .filter(([key]) => key.startsWith(start))
    .sort(([, left], [, right]) => right.changedAtMs - left.changedAtMs)
    .map(([key]) => Number(key.slice(start.length)));
}

function readAll(storage: KeptTexts): Map<string, StoredDraft> {
  const drafts = new Map<string, StoredDraft>();
  for (let index = 0; index < storage.length; index++) {
    const key = storage.key(index);
    const draft = key?.startsWith(PREFIX) ? readDraft(storage.getItem(key)) : null;
    if (key && draft) drafts.set(key, draft);
  }
  return drafts;
}

function readDraft(stored: string | null): StoredDraft | null {
  try {
    const draft = JSON.parse(stored ?? 'null') as StoredDraft | null;
    return typeof draft?.text === 'string' && typeof draft.basedOn === 'number' ? draft : null;
  } catch {
    return null;
  }
}
