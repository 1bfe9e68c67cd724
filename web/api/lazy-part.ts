import { type ComponentType, lazy } from 'react';
import { connection } from './connection.ts';
import { loadPart } from './load-part.ts';

const surroundings = {
  isThere: () => connection.state().stream === 'live',
  wait: (delayMs: number) => new Promise<void>((resolve) => setTimeout(resolve, delayMs)),
};

/** A component whose code comes when it is first shown. */
export function lazyPart<Props>(load: () => Promise<ComponentType<Props>>) {
  return lazy(async () => ({ default: await loadPart(load, surroundings) }));
}
