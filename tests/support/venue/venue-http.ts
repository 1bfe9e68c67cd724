/** The wires: reads requests, checks who asks, lets faults strike, counts weight, and writes everything down. */
import { createHmac } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { barOpenAtMs, type EpochMs } from '#domain/time.ts';
import { ACCOUNT_ROUTES } from './account-routes.ts';
import { answerFor, type FaultAnswer, fillPlanOf } from './fault-answers.ts';
import { MARKET_ROUTES, serverTime } from './market-routes.ts';
import { ORDER_ROUTES } from './order-routes.ts';
import { readParameters } from './request-parameters.ts';
import type { VenueEngine } from './venue-engine.ts';
import type { VenueFaults } from './venue-faults.ts';
import { missing, refusal, VenueRefusal } from './venue-refusal.ts';
import { type Route, type VenueSettings, weightOf } from './venue-route.ts';

const ROUTES = { ...MARKET_ROUTES, ...ORDER_ROUTES, ...ACCOUNT_ROUTES };
const DEFAULT_RECEIVE_WINDOW_MS = 5_000;
const AHEAD_TOLERANCE_MS = 1_000;

export interface VenueRequest {
  readonly atMs: EpochMs;
  readonly method: string;
  readonly path: string;
  /** Without key and signature. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Whether the venue did what was asked, whatever it answered. */
  executed: boolean;
  /** The kinds of the faults that struck. */
  faults: readonly string[];
  /** Null when nothing was answered. */
  status: number | null;
  /** The venue's number of a refusal. */
  code: number | null;
}

export interface VenueKeys {
  readonly apiKey: string;
  readonly secret: string;
}

export interface VenueWires {
  readonly engine: VenueEngine;
  readonly faults: VenueFaults;
  readonly settings: VenueSettings;
  readonly keys: VenueKeys;
  readonly requests: VenueRequest[];
  /** Answers that are held back, with what lets them go. */
  readonly held: Set<() => void>;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export function createVenueHandler(wires: VenueWires) {
  const { engine, faults, settings, keys, requests } = wires;
  let weightMinuteMs: EpochMs = 0;
  let usedWeight = 0;

  function countWeight(weight: number): void {
    const minuteMs = barOpenAtMs(engine.state.nowMs(), '1m');
    if (minuteMs !== weightMinuteMs) usedWeight = 0;
    weightMinuteMs = minuteMs;
    if (settings.countsWeight) usedWeight += weight;
  }

  function checkSignature(request: IncomingMessage, signed: string, sent: URLSearchParams): void {
    if (request.headers['x-mbx-apikey'] !== keys.apiKey) throw refusal(-2015);
    const expected = createHmac('sha256', keys.secret).update(signed).digest('hex');
    if (sent.get('signature') !== expected) throw refusal(-1022);
    const parameters = readParameters(sent);
    const timestamp = parameters.integer('timestamp');
    if (timestamp === null) throw missing('timestamp');
    const windowMs = parameters.integer('recvWindow') ?? DEFAULT_RECEIVE_WINDOW_MS;
    const nowMs = serverTime(wires);
    if (!settings.keyMayTrade && request.method !== 'GET') throw refusal(-2015);
    if (!settings.checksTimestamps) return;
    if (timestamp > nowMs + AHEAD_TOLERANCE_MS)
      throw new VenueRefusal(-1021, "Timestamp for this request was 1000ms ahead of the server's time.");
    if (nowMs - timestamp > windowMs) throw refusal(-1021);
  }

  async function execute(
    call: { request: IncomingMessage; route: Route | undefined; path: string; signed: string },
    sent: URLSearchParams,
    entry: VenueRequest,
    fillPlan: ReturnType<typeof fillPlanOf>,
  ): Promise<Answer> {
    try {
      const { route } = call;
      if (!route) throw new VenueRefusal(-5000, `Path ${call.path}, Method ${entry.method} is invalid`, 404);
      if (route.isPrivate) checkSignature(call.request, call.signed, sent);
      if (sent.has('symbol') && sent.get('symbol') === settings.brokenSymbol)
        throw new VenueRefusal(-1000, 'An unknown error occurred while processing the request.');
      const body = await route.answer({ engine, parameters: readParameters(sent), fillPlan, settings });
      entry.executed = true;
      return { status: 200, body };
    } catch (thrown) {
      if (!(thrown instanceof VenueRefusal)) throw thrown;
      entry.code = thrown.code;
      return { status: thrown.status, body: { code: thrown.code, msg: thrown.message } };
    }
  }

  async function reply(
    response: ServerResponse,
    entry: VenueRequest,
    answer: Answer,
    fault: FaultAnswer | null,
  ) {
    const text = JSON.stringify(answer.body);
    const headers = {
      'content-type': 'application/json',
      'x-mbx-used-weight-1m': String(usedWeight),
      ...answer.headers,
    };
    if (fault?.end === 'hold') await heldBack(wires, fault.forMs);
    if (fault?.end === 'drop' || response.destroyed) {
      response.destroy();
      return;
    }
    entry.status = answer.status;
    if (fault?.end === 'cut') {
      response.writeHead(answer.status, { ...headers, 'content-length': String(Buffer.byteLength(text)) });
      response.write(text.slice(0, Math.floor(text.length / 2)), () => response.destroy());
    } else response.writeHead(answer.status, headers).end(text);
  }

  return async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    const url = new URL(request.url ?? '/', 'http://venue');
    const sent = new URLSearchParams(url.search.slice(1) + (url.search && body ? '&' : '') + body);
    const { signature: _, ...parameters } = Object.fromEntries(sent);
    const method = request.method ?? 'GET';
    const path = url.pathname;
    const struck = faults.strike({ method, path, parameters: sent });
    const entry: VenueRequest = {
      atMs: engine.state.nowMs(),
      method,
      path,
      parameters,
      executed: false,
      faults: struck.map(({ kind }) => kind),
      status: null,
      code: null,
    };
    requests.push(entry);
    for (const effect of struck) if (effect.kind === 'latency') await delay(effect.ms);
    await engine.settle();
    const route = ROUTES[`${method} ${path}`];
    countWeight(weightOf(route, sent));
    const fault = answerFor(struck, entry);
    let answer: Answer = { status: 200, body: null };
    if (!fault || fault.executed) {
      const signed = (url.search.slice(1) + body).replace(/&?signature=[^&]*/, '');
      answer = await execute({ request, route, path, signed }, sent, entry, fillPlanOf(struck));
    }
    if (fault?.body !== undefined) {
      answer = { status: fault.status ?? 200, body: fault.body, headers: fault.headers };
      entry.code = fault.code ?? null;
    }
    await reply(response, entry, answer, fault);
  };
}

async function heldBack({ held }: VenueWires, forMs: number | null | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = typeof forMs === 'number' ? setTimeout(() => release(), forMs) : null;
    const release = () => {
      if (timer) clearTimeout(timer);
      held.delete(release);
      resolve();
    };
    held.add(release);
  });
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  return body;
}
