/** Stands before the test venue and changes one thing: what its list of contracts says of one symbol. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Listing = 'as it is' | 'SETTLING' | 'gone';

export interface ListingGate {
  readonly baseUrl: string;
  /** How often the list was asked for. */
  readonly asked: () => number;
  set(listing: Listing): void;
  close(): Promise<void>;
}

interface ExchangeInfo {
  readonly symbols: readonly { readonly symbol: string }[];
}

export async function openListingGate(
  venueUrl: string,
  venueSymbol: string,
  first: Listing,
): Promise<ListingGate> {
  let listing = first;
  let asked = 0;

  function changed(text: string): string {
    asked += 1;
    const told = JSON.parse(text) as ExchangeInfo;
    const symbols = told.symbols.flatMap((one) => {
      if (one.symbol !== venueSymbol || listing === 'as it is') return [one];
      return listing === 'gone' ? [] : [{ ...one, status: listing }];
    });
    return JSON.stringify({ ...told, symbols });
  }

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { 'x-mbx-apikey': key, 'content-type': kind } = request.headers;
    const answer = await fetch(venueUrl + request.url, {
      method: request.method ?? 'GET',
      headers: {
        ...(typeof key === 'string' && { 'x-mbx-apikey': key }),
        ...(kind !== undefined && { 'content-type': kind }),
      },
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    });
    const text = await answer.text();
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(request.url?.includes('exchangeInfo') ? changed(text) : text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    asked: () => asked,
    set(next) {
      listing = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
