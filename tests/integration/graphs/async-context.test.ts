import { AsyncLocalStorageProviderSingleton as provider } from '@langchain/core/singletons';
import { afterEach, expect, test, vi } from 'vitest';
import '#graphs/graph-runner.ts';

/** Where LangChain keeps its AsyncLocalStorage once somebody has asked for one. */
const STORAGE = Symbol.for('ls:tracing_async_local_storage');

test('the graphs bring no AsyncLocalStorage, whose hooks would run at every promise of the process', () => {
  expect(Reflect.get(globalThis, STORAGE)).toBeUndefined();
});

afterEach(() => vi.restoreAllMocks());

test('no run tree is made where nobody would keep it, and one is where somebody keeps it', () => {
  const kept: unknown[] = [];
  const keep = (store: unknown, callback: () => unknown) => {
    kept.push(store);
    return callback();
  };
  vi.spyOn(provider.getInstance(), 'run').mockImplementation(keep as never);
  expect(provider.runWithConfig({}, () => 'called')).toBe('called');
  expect(kept).toEqual([undefined]);
  const storage = { getStore: () => undefined, run: keep, enterWith: () => undefined };
  vi.spyOn(provider, 'getInstance').mockReturnValue(storage as never);
  expect(provider.runWithConfig({}, () => 'called')).toBe('called');
  expect(kept[1]).toMatchObject({ name: '<runnable_lambda>' });
});
