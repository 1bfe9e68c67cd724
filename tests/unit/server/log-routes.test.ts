import { expect, it } from 'vitest';
import type { LogLine } from '#domain/log-line.ts';
import { createEventHub } from '#server/events/event-hub.ts';
import { logFrames } from '#server/logs/log-frames.ts';

import { apiWith, expectProblem } from './http-support.ts';
import { manualTimers } from './manual-timers.ts';

function line(id: number): LogLine {
  return {
    ...{ id, atMs: id, level: 'info', role: 'api', process: 'host:1', message: `line ${id}` },
    ...{ runId: null, fields: {} },
  };
}

/** What a client reads from a place until nothing is left, the oldest kept line being `oldestId`. */
async function readFrom(afterId: number, lines: readonly LogLine[], oldestId: number) {
  const port = {
    after: async (id: number) => lines.filter((one) => one.id > id),
    subscribe: async () => () => {},
  };
  const { deps } = apiWith();
  const hub = createEventHub(port, manualTimers().schedule, deps.logger);
  const watch = await hub.watch();
  const frames = logFrames({ hub, watch, afterId, oldestId: async () => oldestId });
  const texts: string[] = [];
  for (
    let read = 0;
    read < 3 && texts.filter((text) => text.includes('event: line')).length === 0;
    read += 1
  ) {
    const { value } = await frames.next();
    texts.push(String(value));
  }
  watch.close();
  await frames.return(undefined);
  return texts.join('').match(/^(id|event): .*$/gm) ?? [];
}

it('tells the place first, then each line with its id', async () => {
  expect(await readFrom(2, [line(3), line(4)], 1)).toEqual([
    ...['id: 2', 'event: ready', 'id: 3', 'event: line', 'id: 4', 'event: line'],
  ]);
});

it('says how many lines were forgotten since the place a client resumes from', async () => {
  expect(await readFrom(2, [line(10)], 10)).toEqual([
    ...['id: 2', 'event: ready', 'id: 9', 'event: lost', 'id: 10', 'event: line'],
  ]);
});

it('takes a number nobody was given for no lost line', async () => {
  expect(await readFrom(2, [line(10)], 1)).toEqual([...['id: 2', 'event: ready', 'id: 10', 'event: line']]);
});

it('refuses a tail that is none', async () => {
  await expectProblem(await apiWith().get('/api/logs?tail=100000'), 'request_invalid');
});
