/** What goes over the wire to the venue: how many round trips in a row a piece of work waits for, and what one costs. */
import diagnostics from 'node:diagnostics_channel';
import { Agent, request } from 'node:http';

export interface WireCall {
  /** Method and path, without the query. */
  readonly name: string;
  readonly sent: SentRequest;
  readonly beganAtMs: number;
  endedAtMs: number;
}

/** ccxt speaks through undici, which tells of every request in this process. */
interface UndiciRequest extends SentRequest {
  readonly origin: string;
  readonly method: string;
}

export interface SentRequest {
  /** With its query, signature included. */
  readonly path: string;
  /** Names and values by turns. */
  readonly headers: readonly string[];
}

/** Notes the calls made to `baseUrl` while `work` runs. */
export async function wireCallsOf(baseUrl: string, work: () => Promise<void>): Promise<WireCall[]> {
  const calls = new Map<UndiciRequest, WireCall>();
  const began = (message: unknown) => {
    const { request: told } = message as { request: UndiciRequest };
    if (told.origin !== baseUrl) return;
    const beganAtMs = performance.now();
    const name = `${told.method} ${told.path.split('?')[0]}`;
    const sent = { path: told.path, headers: [...told.headers] };
    calls.set(told, { name, sent, beganAtMs, endedAtMs: Number.POSITIVE_INFINITY });
  };
  const ended = (message: unknown) => {
    const call = calls.get((message as { request: UndiciRequest }).request);
    if (call !== undefined) call.endedAtMs = performance.now();
  };
  diagnostics.subscribe('undici:request:create', began);
  diagnostics.subscribe('undici:request:trailers', ended);
  try {
    await work();
  } finally {
    diagnostics.unsubscribe('undici:request:create', began);
    diagnostics.unsubscribe('undici:request:trailers', ended);
  }
  return [...calls.values()];
}

/**
 * The round trips the work waited for one after the other, each with the calls that shared it: the longest chain of
 * calls of which none began before the one before it had ended.
 */
export function roundTripsOf(calls: readonly WireCall[]): WireCall[][] {
  const trips: { shared: WireCall[]; endsAtMs: number }[] = [];
  for (const call of [...calls].sort((left, right) => left.beganAtMs - right.beganAtMs)) {
    const last = trips.at(-1);
    if (last === undefined || call.beganAtMs >= last.endsAtMs)
      trips.push({ shared: [call], endsAtMs: call.endedAtMs });
    else {
      last.shared.push(call);
      last.endsAtMs = Math.min(last.endsAtMs, call.endedAtMs);
    }
  }
  return trips.map(({ shared }) => shared);
}

const PING: SentRequest = { path: '/fapi/v1/ping', headers: [] };

/** Round trips with next to nothing on our side, on connections that stay open. */
export function createRoundTripTimer(baseUrl: string) {
  const agent = new Agent({ keepAlive: true });

  function get({ path, headers }: SentRequest): Promise<void> {
    return new Promise((resolve, reject) => {
      request(`${baseUrl}${path}`, { agent, headers: pairsOf(headers) }, (response) => {
        response.resume();
        response.once('end', resolve);
      })
        .once('error', reject)
        .end();
    });
  }

  return {
    /** Of requests side by side, sent again as they were; of a bare ping when none is given. */
    async timeMs(requests: readonly SentRequest[] = [PING]): Promise<number> {
      const startedAt = performance.now();
      await Promise.all(requests.map(get));
      return performance.now() - startedAt;
    },
    close: () => agent.destroy(),
  };
}

function pairsOf(headers: readonly string[]): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (let at = 0; at + 1 < headers.length; at += 2) pairs[headers[at] as string] = headers[at + 1] as string;
  return pairs;
}
