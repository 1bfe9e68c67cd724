import type { Clock } from '#domain/time.ts';

export const wallClock: Clock = { nowMs: () => Date.now() };
