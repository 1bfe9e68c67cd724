import { useEffect, useRef } from 'react';

const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** Makes the buttons inside one tab stop: the arrows, Home and End move among them in reading order. */
export function useArrowKeys() {
  const container = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = container.current;
    if (!element) return;
    function move(event: KeyboardEvent) {
      const buttons = [...(element?.querySelectorAll('button') ?? [])];
      const at = buttons.indexOf(event.target as HTMLButtonElement);
      const to = nextIndex(event.key, at, buttons.length);
      if (at < 0 || to === null) return;
      event.preventDefault();
      buttons[to]?.focus();
    }
    element.addEventListener('keydown', move);
    return () => element.removeEventListener('keydown', move);
  }, []);
  return container;
}

function nextIndex(key: string, at: number, length: number): number | null {
  if (key === 'Home') return 0;
  if (key === 'End') return length - 1;
  const step = STEPS[key];
  return step === undefined ? null : (at + step + length) % length;
}
