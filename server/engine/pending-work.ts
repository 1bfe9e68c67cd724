/** Remembers what nobody waits for, so that a process can wait for all of it before it closes its connections. */
export interface PendingWork {
  add<Result>(work: Promise<Result>): Promise<Result>;
  /** Resolves when nothing is left, of what was added meanwhile too. Failures are their owners' business. */
  settled(): Promise<void>;
}

export function createPendingWork(): PendingWork {
  const pending = new Set<Promise<unknown>>();
  return {
    add(work) {
      const ended: Promise<unknown> = work.then(
        () => pending.delete(ended),
        () => pending.delete(ended),
      );
      pending.add(ended);
      return work;
    },
    async settled() {
      while (pending.size > 0) await Promise.all(pending);
    },
  };
}
