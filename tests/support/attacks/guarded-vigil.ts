/** A whole Vigil that asks for a key, as one on a network does, and how its answers to attacks are judged. */
import { readConfig } from '#server/config.ts';
import { type RunningVigil, startVigil } from '#server/start.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { createTestDatabase, type TestDatabase } from '../test-database.ts';
import { deskEnvironment } from '../test-desk.ts';
import { LEAKS } from './payloads.ts';
import { createWire, type Wire, type WireAnswer, type WireRequest } from './wire.ts';

export const KEY = 'the-control-key-of-this-test';
export const READ_KEY = 'the-reading-key-of-this-test';
export const PIN = '48392017';
const PROBLEM = /^application\/problem\+json/;

export interface GuardedVigil {
  readonly test: TestDatabase;
  readonly vigil: RunningVigil;
  readonly wire: Wire;
  stop(): Promise<void>;
}

export async function startGuardedVigil(): Promise<GuardedVigil> {
  const test = await createTestDatabase();
  const config = readConfig({
    ...deskEnvironment(test.url),
    ...{ HOST: '0.0.0.0', API_KEY: KEY, API_READ_KEY: READ_KEY, VIGIL_PIN: PIN },
    CYCLE_INTERVAL_MS: '86400000',
  });
  const vigil = await startVigil({ config, logger: SILENT_LOGGER, role: 'all' });
  const wire = createWire(Number(new URL(vigil.url ?? '').port));
  return {
    ...{ test, vigil, wire },
    async stop() {
      wire.close();
      await vigil.stop();
      await test.drop();
    },
  };
}

export function get(path: string, headers: Record<string, string> = {}): WireRequest {
  return { method: 'GET', path, headers, body: null };
}

export function withHeaders(request: WireRequest, headers: Record<string, string>): WireRequest {
  return { ...request, headers: { ...request.headers, ...headers } };
}

/** What is wrong with an answer to an attack; null when nothing is. */
export function fault(answer: WireAnswer, sent = ''): string | null {
  const { status, headers, body } = answer;
  if (status >= 500) return `status ${status}`;
  if (status >= 400 && !PROBLEM.test(headers['content-type'] ?? '')) return `${status} is no problem+json`;
  if (status >= 400 && JSON.parse(body).correlationId !== headers['x-correlation-id'])
    return 'no correlation id';
  if (headers['content-security-policy'] === undefined) return 'no content policy';
  if (headers['x-content-type-options'] !== 'nosniff') return 'no nosniff';
  if (headers['x-injected'] !== undefined || headers['set-cookie']?.join().includes('owned'))
    return 'a header of theirs';
  if (/^text\/html/.test(headers['content-type'] ?? '') && body.includes('<script>alert'))
    return 'their script in a page';
  // What they sent may be repeated to them as text.
  const own = [sent, JSON.stringify(sent).slice(1, -1)].filter((text) => text !== '');
  const rest = own.reduce((text, part) => text.replaceAll(part, ''), body);
  const leak = LEAKS.find((pattern) => pattern.test(rest));
  return leak === undefined ? null : `leaks ${leak}: ${rest.match(leak)?.[0].slice(0, 200)}`;
}

/** The code of a refusal; else its status. */
export function codeOf({ status, body }: WireAnswer): string {
  return status >= 400 ? (JSON.parse(body) as { code: string }).code : String(status);
}

/** Several at a time, from one list. */
export async function inTurns<Item>(
  items: Iterable<Item>,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const list = items[Symbol.iterator]();
  const worker = async () => {
    for (let next = list.next(); !next.done; next = list.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}
