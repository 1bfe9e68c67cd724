/** The log of every process, read over real sockets from a Vigil at work. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { NewLogLine } from '#domain/log-line.ts';
import { readConfig, secretsOf } from '#server/config.ts';
import { createLogTap } from '#server/logs/log-tap.ts';
import { type RunningVigil, startVigil } from '#server/start.ts';
import { createLogger, type Logger } from '#server/telemetry/logger.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { deskEnvironment } from '#tests/support/test-desk.ts';

let test: TestDatabase;
let vigil: RunningVigil;
let logger: Logger;

beforeAll(async () => {
  test = await createTestDatabase();
  const config = readConfig({
    ...deskEnvironment(test.url),
    EXCHANGE_SECRET: 'planted-venue-secret',
    CYCLE_INTERVAL_MS: '86400000',
  });
  const logTap = createLogTap();
  logger = createLogger({ level: 'info', secrets: secretsOf(config), destination: logTap });
  vigil = await startVigil({ config, logger, logTap, role: 'api' });
});
afterAll(async () => {
  await vigil.stop();
  await test.drop();
});

/** What a reader is told until `isEnough` of it. */
async function read(path: string, lastEventId: number | null, isEnough: (text: string) => boolean) {
  const stop = new AbortController();
  const response = await fetch(`${vigil.url}${path}`, {
    headers: lastEventId === null ? {} : { 'last-event-id': String(lastEventId) },
    signal: stop.signal,
  });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!isEnough(text)) text += (await reader?.read())?.value ?? '';
  stop.abort();
  return text;
}

const messages = (text: string) =>
  [...text.matchAll(/"message":"(story [^"]*)"/g)].map(([, message]) => message);
const lastId = (text: string) => Number([...text.matchAll(/^id: (\d+)$/gm)].at(-1)?.[1]);

function line(message: string): NewLogLine {
  return {
    ...{ atMs: 1, level: 'info', role: 'worker', process: 'elsewhere:7', message },
    ...{ runId: null, fields: {} },
  };
}

it('tells lines of every process, and goes on after a break without gap or repeat', async () => {
  const { logs } = vigil.container.rows;
  // This process's own line is shipped a moment after it was written.
  await read('/api/logs', null, (text) => text.includes('vigil is up'));
  await logs.append([line('story one'), line('story two')]);
  const first = await read('/api/logs', null, (text) => text.includes('story two'));
  expect(messages(first)).toEqual(['story one', 'story two']);
  await logs.append([line('story three')]);
  logger.info({}, 'story of this process');
  const second = await read('/api/logs', lastId(first), (text) => text.includes('of this process'));
  expect(messages(second)).toEqual(['story three', 'story of this process']);
});

it('says how many lines were forgotten while a reader was away', async () => {
  const { logs } = vigil.container.rows;
  await logs.append([line('story before')]);
  const before = await read('/api/logs', null, (text) => text.includes('story before'));
  await logs.append(Array.from({ length: 12 }, (_, index) => line(`story ${index} of twelve`)));
  await logs.keepNewest(2);
  const after = await read('/api/logs', lastId(before), (text) => text.includes('11 of twelve'));
  expect(after).toContain('event: lost\ndata: {"lines":10}');
  expect(messages(after)).toEqual(['story 10 of twelve', 'story 11 of twelve']);
});

it('tells no secret, whatever a process wrote', async () => {
  logger.warn(
    { headers: { cookie: 'planted-cookie' }, err: new Error('planted-venue-secret was refused') },
    'story of GET https://venue/x?signature=planted-signature with sk-proj-planted12345',
  );
  const told = await read('/api/logs', null, (text) => text.includes('story of GET'));
  expect(told).not.toContain('planted');
});
