/**
 * Where the paper venue keeps its books: as durable and as far from our own order records as a real venue's.
 * `transact` is as if it ran alone for that account, across processes: `change` may be called again with newer books,
 * so it only reckons. What it returns is committed before it resolves.
 */
export interface PaperStore<Books> {
  transact<Result>(
    accountId: string,
    change: (books: Books | null) => Promise<{ books: Books | null; result: Result }>,
  ): Promise<Result>;
}
