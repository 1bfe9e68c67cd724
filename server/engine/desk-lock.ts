import { AppError } from '#domain/errors.ts';
import type { AdvisoryLocks, HeldLock } from './advisory-locks.ts';

export interface DeskLock {
  /** Runs one thing at a time for the desk, over all processes on the database. */
  readonly exclusive: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /**
   * Whether what runs now is still alone, by what this process knows without asking.
   * @throws AppError `database_unavailable` when the lock went with its connection
   */
  readonly assertExclusive: () => void;
}

/** A queue within the process, then a lock of the database for the others. */
export function createDeskLock(locks: Pick<AdvisoryLocks, 'hold'>, deskId: string): DeskLock {
  let tail: Promise<unknown> = Promise.resolve();
  let current: HeldLock | null = null;
  return {
    exclusive(work) {
      const turn = tail.then(async () => {
        const lock = await locks.hold(`desk:${deskId}`);
        current = lock;
        try {
          return await work();
        } finally {
          current = null;
          await lock.release();
        }
      });
      tail = turn.catch(() => undefined);
      return turn;
    },
    assertExclusive() {
      if (current === null) throw new AppError('internal', `nobody holds the lock of desk ${deskId}`);
      current.assertUnbroken();
    },
  };
}
