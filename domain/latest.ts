export interface Latest<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): void;
  delete(key: Key): void;
}

/** Keeps what was set or asked for last, at most so many; `undefined` is no value. */
export function keepLatest<Key, Value>(most: number): Latest<Key, Value> {
  const kept = new Map<Key, Value>();
  function set(key: Key, value: Value): void {
    kept.delete(key);
    kept.set(key, value);
    for (const oldest of kept.keys()) {
      if (kept.size <= most) break;
      kept.delete(oldest);
    }
  }
  return {
    get(key) {
      const value = kept.get(key);
      if (value !== undefined) set(key, value);
      return value;
    },
    set,
    delete(key) {
      kept.delete(key);
    },
  };
}
