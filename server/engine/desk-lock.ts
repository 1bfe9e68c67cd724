import type { AdvisoryLocks } from './advisory-locks.ts';

/** Runs one thing at a time for a key, over all processes on the database. */
export type Exclusive = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** A queue within the process, then a lock of the database for the others. */
export function createDeskLock(locks: Pick<AdvisoryLocks, 'hold'>, deskId: string): Exclusive {
  let tail: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = tail.then(async () => {
      const lock = await locks.hold(`desk:${deskId}`);
      try {
        return await work();
      } finally {
        await lock.release();
      }
    });
    tail = turn.catch(() => undefined);
    return turn;
  };
}
