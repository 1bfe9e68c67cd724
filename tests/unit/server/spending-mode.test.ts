import { expect, it } from 'vitest';
import { effectiveMode } from '#server/engine/spending-mode.ts';

const switched = { mode: 'saving', setBy: 'a person', atMs: 2_000 } as const;

it.each([
  ['the environment holds while nobody has switched', {}, null, 'premium'],
  ['a switch holds over the environment', {}, switched, 'saving'],
  ['a switch holds over a mode that was typed before it', { modeTypedAtMs: 1_999 }, switched, 'saving'],
  ['a mode that was typed later holds over the switch', { modeTypedAtMs: 2_001 }, switched, 'premium'],
])('%s', (_name, typed, switchedTo, mode) => {
  expect(effectiveMode({ mode: 'premium', ...typed }, switchedTo)).toBe(mode);
});
