/** The venue in a process of its own, for tests that kill the process that trades and not the venue. */
import { z } from 'zod';
import { startScript } from '../child-process.ts';
import type { VenueSnapshot } from './control-routes.ts';
import type { VenueOptions } from './start-venue.ts';
import type { PriceSetting } from './venue-engine.ts';
import type { FaultRule } from './venue-faults.ts';
import type { VenueKeys } from './venue-http.ts';
import type { VenueSettings } from './venue-route.ts';

const Greeting = z.object({ baseUrl: z.url(), apiKey: z.string(), secret: z.string() });

/** Amounts arrive as texts, where the venue itself holds decimals. */
export type RemoteSnapshot = Wired<VenueSnapshot>;

type Wired<Value> = Value extends { toFixed(): string; times(...values: never[]): unknown }
  ? string
  : Value extends readonly (infer Entry)[]
    ? readonly Wired<Entry>[]
    : Value extends object
      ? { readonly [Field in keyof Value]: Wired<Value[Field]> }
      : Value;

export interface RemoteVenue extends VenueKeys {
  readonly baseUrl: string;
  setPrice(symbol: string, price: PriceSetting): Promise<void>;
  advance(ms: number): Promise<void>;
  addFault(rule: FaultRule): Promise<void>;
  clearFaults(): Promise<void>;
  payFunding(symbol: string, rateFraction: string): Promise<void>;
  fillOrder(clientOrderId: string, terms?: { quantity?: string; price?: string }): Promise<void>;
  change(settings: Partial<VenueSettings>): Promise<void>;
  releaseHeld(): Promise<void>;
  snapshot(): Promise<RemoteSnapshot>;
  close(): Promise<void>;
}

/** @param options without a clock: the venue lives on the wall clock and on `advance` */
export async function startVenueProcess(options: Omit<VenueOptions, 'clock'> = {}): Promise<RemoteVenue> {
  const child = startScript('venue/venue-main.ts', [JSON.stringify(options)]);
  const { baseUrl, apiKey, secret } = Greeting.parse(await child.said);
  async function tell<Result>(command: string, body?: unknown): Promise<Result> {
    const response = await fetch(`${baseUrl}/control/${command}`, {
      method: 'POST',
      body: body === undefined ? null : JSON.stringify(body),
    });
    const answer = (await response.json()) as Result & { error?: string };
    if (!response.ok) throw new Error(`the venue refused ${command}: ${answer.error}`);
    return answer;
  }
  return {
    baseUrl,
    apiKey,
    secret,
    setPrice: (symbol, price) => tell('price', { symbol, price }),
    advance: (ms) => tell('advance', { ms }),
    addFault: (rule) => tell('fault', rule),
    clearFaults: () => tell('clear-faults'),
    payFunding: (symbol, rateFraction) => tell('funding', { symbol, rateFraction }),
    fillOrder: (clientOrderId, terms = {}) => tell('fill', { clientOrderId, ...terms }),
    change: (settings) => tell('settings', settings),
    releaseHeld: () => tell('release'),
    snapshot: () => tell('snapshot'),
    async close() {
      child.kill('SIGKILL');
      await child.ended;
    },
  };
}
