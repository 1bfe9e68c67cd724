/**
 * Where identifiers come from. Injected, so that a replayed cycle makes the same ones.
 * Ids are opaque text that sorts by creation when the source says so.
 */
export interface IdSource {
  next(prefix: string): string;
}

/** Deterministic uniform numbers in [0, 1), for simulation and exploration. */
export interface RandomSource {
  next(): number;
}

/** Mulberry32: small, fast and good enough for simulation; never for secrets. */
export function seededRandom(seed: number): RandomSource {
  let state = seed >>> 0;
  return {
    next() {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    },
  };
}
