/** What of a guard's hands is kept nowhere else: a guard that starts again begins without it, a walk that goes on does not. */
export interface Remembers<Memory> {
  /** As plain JSON. */
  remembers(): Memory;
}

/** A map as plain JSON. */
export type Remembered<Value> = readonly (readonly [deskId: string, value: Value])[];
