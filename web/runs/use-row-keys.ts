import { type RefObject, useEffect, useRef } from 'react';

const STEPS: Readonly<Record<string, number>> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };
const TYPED_INTO = 'input, select, textarea, dialog, [contenteditable]';

interface RowKeys {
  readonly list: RefObject<HTMLElement | null>;
  readonly count: number;
  /** Brings the row at this place onto the screen. */
  readonly show: (index: number) => void;
}

/**
 * j and k walk the rows from anywhere on the page, the arrows once a row has the focus, Home to the first. Only the rows
 * on the screen exist, so the focus follows when its row has come.
 */
export function useRowKeys({ list, count, show }: RowKeys): void {
  const wanted = useRef<number | null>(null);
  useEffect(() => {
    if (wanted.current !== null && focusRow(list.current, wanted.current)) wanted.current = null;
  });
  useEffect(() => {
    function press(event: KeyboardEvent) {
      const target = event.target instanceof Element ? event.target : null;
      if (event.ctrlKey || event.metaKey || event.altKey || target?.closest(TYPED_INTO)) return;
      const at = placeOf(target, list.current);
      const to = nextPlace(event.key, at, count);
      if (to === null) return;
      event.preventDefault();
      wanted.current = to;
      show(to);
      if (focusRow(list.current, to)) wanted.current = null;
    }
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  });
}

function nextPlace(key: string, at: number | null, count: number): number | null {
  const step = STEPS[key];
  if (at === null) return step === 1 && key === 'j' ? 0 : null;
  if (key === 'Home') return 0;
  return step === undefined ? null : Math.max(0, Math.min(count - 1, at + step));
}

function placeOf(target: Element | null, list: HTMLElement | null): number | null {
  const row = target?.closest<HTMLElement>('[data-index]');
  return row && list?.contains(row) ? Number(row.dataset.index) : null;
}

/** False while the row is not there, or has nothing to focus yet. */
function focusRow(list: HTMLElement | null, index: number): boolean {
  const link = list?.querySelector<HTMLElement>(`[data-index="${index}"] a`);
  link?.focus();
  return link !== undefined && link !== null;
}
