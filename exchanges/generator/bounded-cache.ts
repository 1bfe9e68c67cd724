/** Remembers the results used last, at most `capacity` of them. */
export interface BoundedCache<Value> {
  /** The value under `key`, made when it is not remembered; `make` gets the value it displaces and may refill it. */
  get(key: string | number, make: (displaced: Value | undefined) => Value): Value;
}

export function createBoundedCache<Value>(capacity: number): BoundedCache<Value> {
  const entries = new Map<string | number, Value>();
  return {
    get(key, make) {
      const known = entries.get(key);
      if (known !== undefined) {
        // A Map keeps the order of insertion, so the first key is always the one unused for longest.
        entries.delete(key);
        entries.set(key, known);
        return known;
      }
      const value = make(entries.size < capacity ? undefined : removeOldest(entries));
      entries.set(key, value);
      return value;
    },
  };
}

function removeOldest<Value>(entries: Map<string | number, Value>): Value | undefined {
  for (const [key, value] of entries) {
    entries.delete(key);
    return value;
  }
  return undefined;
}
