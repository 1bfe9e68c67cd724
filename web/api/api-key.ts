/** The API key of a desk that is not on loopback: asked for once, kept for the tab or, if wished, the device. */
const STORAGE_NAME = 'vigil.api-key';

export interface KeyState {
  readonly key: string | null;
  /** The server answered 401: the page has to ask. */
  readonly wanted: boolean;
}

let state: KeyState = { key: stored(), wanted: false };
const listeners = new Set<() => void>();

export function keyState(): KeyState {
  return state;
}

export function onKeyChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function saveKey(key: string, { remember }: { remember: boolean }): void {
  (remember ? localStorage : sessionStorage).setItem(STORAGE_NAME, key);
  change({ key, wanted: false });
}

/** Notes a 401. An answer to a request that went out with an older key says nothing about the present one. */
export function keyRefused(usedKey: string | null): void {
  if (usedKey === state.key && !state.wanted) change({ ...state, wanted: true });
}

export function authorization(key: string | null): Record<string, string> {
  return key === null ? {} : { authorization: `Bearer ${key}` };
}

function stored(): string | null {
  return sessionStorage.getItem(STORAGE_NAME) ?? localStorage.getItem(STORAGE_NAME);
}

function change(next: KeyState): void {
  state = next;
  for (const listener of listeners) listener();
}
