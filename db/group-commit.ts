/**
 * Writes that arrive while another one is under way go together in the next one, in their order. Each caller waits
 * for the commit that holds its own entry; when a batch fails, its entries are written one by one, so that a bad one
 * fails alone.
 */
export function createGroupCommit<Entry, Written>(
  write: (entries: readonly Entry[]) => Promise<readonly Written[]>,
): (entry: Entry) => Promise<Written> {
  interface Waiter {
    readonly entry: Entry;
    readonly resolve: (written: Written) => void;
    readonly reject: (reason: unknown) => void;
  }
  let waiting: Waiter[] = [];
  let isWriting = false;

  async function commit(batch: readonly Waiter[]): Promise<void> {
    try {
      const written = await write(batch.map((waiter) => waiter.entry));
      batch.forEach((waiter, index) => {
        waiter.resolve(written[index] as Written);
      });
    } catch (reason) {
      if (batch.length === 1) batch[0]?.reject(reason);
      else for (const waiter of batch) await commit([waiter]);
    }
  }

  async function drain(): Promise<void> {
    isWriting = true;
    // Lets the rest of this tick's fan-out join the first batch.
    await Promise.resolve();
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      await commit(batch);
    }
    isWriting = false;
  }

  return (entry) =>
    new Promise((resolve, reject) => {
      waiting.push({ entry, resolve, reject });
      if (!isWriting) void drain();
    });
}
