import { expect, test } from 'vitest';
import '#graphs/graph-runner.ts';

/** Where LangChain keeps its AsyncLocalStorage once somebody has asked for one. */
const STORAGE = Symbol.for('ls:tracing_async_local_storage');

test('the graphs bring no AsyncLocalStorage, whose hooks would run at every promise of the process', () => {
  expect(Reflect.get(globalThis, STORAGE)).toBeUndefined();
});
