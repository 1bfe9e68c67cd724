/** What goes over the wire to the venue: how many round trips in a row a piece of work waits for, and what one costs. */
import diagnostics from 'node:diagnostics_channel';
import { Agent, request } from 'node:http';

export interface WireCall {
  /** Method and path, without the query. */
  readonly name: string;
  readonly beganAtMs: number;
  endedAtMs: number;
}

/** ccxt speaks through undici, which tells of every request in this process. */
interface UndiciRequest {
  readonly origin: string;
  readonly method: string;
  readonly path: string;
}

/** Notes the calls made to `baseUrl` while `work` runs. */
export async function wireCallsOf(baseUrl: string, work: () => Promise<void>): Promise<WireCall[]> {
  const calls = new Map<UndiciRequest, WireCall>();
  const began = (message: unknown) => {
    const { request: told } = message as { request: UndiciRequest };
    if (told.origin !== baseUrl) return;
    const beganAtMs = performance.now();
    const name = `${told.method} ${told.path.split('?')[0]}`;
    calls.set(told, { name, beganAtMs, endedAtMs: Number.POSITIVE_INFINITY });
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
export function roundTripsOf(calls: readonly WireCall[]): string[][] {
  const trips: { names: string[]; endsAtMs: number }[] = [];
  for (const { name, beganAtMs, endedAtMs } of [...calls].sort(
    (left, right) => left.beganAtMs - right.beganAtMs,
  )) {
    const last = trips.at(-1);
    if (last === undefined || beganAtMs >= last.endsAtMs) trips.push({ names: [name], endsAtMs: endedAtMs });
    else {
      last.names.push(name);
      last.endsAtMs = Math.min(last.endsAtMs, endedAtMs);
    }
  }
  return trips.map(({ names }) => names.sort());
}

/** One round trip with next to nothing on either side, on a connection that stays open. */
export function createRoundTripTimer(baseUrl: string): { timeMs(): Promise<number>; close(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    async timeMs() {
      const startedAt = performance.now();
      await new Promise<void>((resolve, reject) => {
        request(`${baseUrl}/fapi/v1/ping`, { agent }, (response) => {
          response.resume();
          response.once('end', resolve);
        })
          .once('error', reject)
          .end();
      });
      return performance.now() - startedAt;
    },
    close: () => agent.destroy(),
  };
}
