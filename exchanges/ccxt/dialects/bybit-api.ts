/** The calls of Bybit's own that the dialect makes past ccxt's common ones. */
import type { Order as CcxtOrder, Trade as CcxtTrade, Dictionary, Exchange, Market } from 'ccxt';

/** One page of a list, newest first, and where the next one begins. */
export interface BybitPage {
  readonly result: { readonly list: readonly Dictionary<unknown>[]; readonly nextPageCursor?: string };
}

/** What the answer to a new margin mode says of why it could not be set. */
export interface BybitMarginAnswer {
  readonly result?: { readonly reasons?: readonly { readonly reasonMsg: string }[] };
}

export interface BybitApi extends Exchange {
  privateGetV5OrderRealtime(query: object): Promise<BybitPage>;
  privateGetV5OrderHistory(query: object): Promise<BybitPage>;
  privateGetV5ExecutionList(query: object): Promise<BybitPage>;
  privateGetV5AccountTransactionLog(query: object): Promise<BybitPage>;
  privateGetV5AccountInfo(): Promise<{
    readonly result: { readonly unifiedMarginStatus?: number | string; readonly marginMode?: string };
  }>;
  privateGetV5UserQueryApi(): Promise<{
    readonly result: {
      readonly userID?: number | string;
      readonly readOnly?: number | string;
      readonly permissions?: {
        readonly Wallet?: readonly string[];
        readonly ContractTrade?: readonly string[];
        readonly Derivatives?: readonly string[];
      };
    };
  }>;
  parseOrder(order: object, market?: Market): CcxtOrder;
  parseTrade(trade: object, market?: Market): CcxtTrade;
}

export function bybit(exchange: Exchange): BybitApi {
  return exchange as BybitApi;
}

/** Everything a query has, page after page; `isEnough` ends it early. */
export async function allPages(
  ask: (query: object) => Promise<BybitPage>,
  query: object,
  isEnough: (read: readonly Dictionary<unknown>[]) => boolean = () => false,
): Promise<Dictionary<unknown>[]> {
  const read: Dictionary<unknown>[] = [];
  let cursor = '';
  do {
    const { result } = await ask(cursor === '' ? query : { ...query, cursor });
    read.push(...result.list);
    // A cursor comes with the last page too: an empty one follows it.
    cursor = result.list.length === 0 ? '' : (result.nextPageCursor ?? '');
  } while (cursor !== '' && !isEnough(read));
  return read;
}
