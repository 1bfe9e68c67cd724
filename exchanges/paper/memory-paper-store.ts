import type { PaperStore } from '#exchanges/ports/paper-store.ts';
import type { PaperBooks } from './paper-books.ts';

/** Books that live as long as the process: for backtests and tests. Transactions of one account run one at a time. */
export function createMemoryPaperStore(): PaperStore<PaperBooks> {
  const books = new Map<string, PaperBooks | null>();
  const tails = new Map<string, Promise<unknown>>();
  return {
    transact(accountId, change) {
      const turn = (tails.get(accountId) ?? Promise.resolve()).then(async () => {
        const changed = await change(books.get(accountId) ?? null);
        books.set(accountId, changed.books);
        return changed.result;
      });
      tails.set(
        accountId,
        turn.catch(() => undefined),
      );
      return turn;
    },
  };
}
