/** The calls of OKX's own that the dialect makes past ccxt's common ones. */
import type { Order as CcxtOrder, Trade as CcxtTrade, Dictionary, Exchange, Market } from 'ccxt';

export interface OkxList {
  readonly data: readonly Dictionary<unknown>[];
}

export interface OkxApi extends Exchange {
  privateGetAccountConfig(): Promise<{
    readonly data: readonly {
      readonly uid?: string;
      readonly acctLv?: string;
      readonly posMode?: string;
      /** Rights separated by commas. */
      readonly perm?: string;
    }[];
  }>;
  privateGetAccountBillsArchive(query: object): Promise<OkxList>;
  privateGetTradeFills(query: object): Promise<OkxList>;
  privateGetTradeFillsHistory(query: object): Promise<OkxList>;
  privateGetTradeOrder(query: object): Promise<OkxList>;
  privateGetTradeOrderAlgo(query: object): Promise<OkxList>;
  privateGetTradeOrdersPending(query: object): Promise<OkxList>;
  privateGetTradeOrdersAlgoPending(query: object): Promise<OkxList>;
  privateGetTradeOrdersAlgoHistory(query: object): Promise<OkxList>;
  parseOrder(order: object, market?: Market): CcxtOrder;
  parseTrade(trade: object, market?: Market): CcxtTrade;
}

const PAGE = 100;

export function okx(exchange: Exchange): OkxApi {
  return exchange as OkxApi;
}

/** Everything a query has, newest first, each page beginning after the last `idName` of the one before. */
export async function allPages(
  ask: (query: object) => Promise<OkxList>,
  query: object,
  idName: string,
  most = Number.POSITIVE_INFINITY,
): Promise<Dictionary<unknown>[]> {
  const read: Dictionary<unknown>[] = [];
  for (;;) {
    const after = read.at(-1)?.[idName];
    const { data } = await ask({ ...query, limit: PAGE, ...(after !== undefined && { after }) });
    read.push(...data);
    if (data.length < PAGE || read.length >= most) return read;
  }
}
