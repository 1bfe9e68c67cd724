/** What came of the reader's own actions, told in a corner of the screen. */
import type { ReactNode } from 'react';

export type ToastTone = 'up' | 'down';

export interface Toast {
  readonly id: number;
  readonly tone: ToastTone;
  readonly words: ReactNode;
}

const MOST_SHOWN = 4;

let toasts: readonly Toast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

export function shownToasts(): readonly Toast[] {
  return toasts;
}

export function onToasts(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function showToast(words: ReactNode, tone: ToastTone = 'up'): void {
  lastId += 1;
  change([...toasts, { id: lastId, tone, words }].slice(-MOST_SHOWN));
}

export function dropToast(id: number): void {
  change(toasts.filter((toast) => toast.id !== id));
}

function change(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}
