import { expect, it } from 'vitest';
import type { NewDeskEvent } from '#domain/desk-event.ts';
import type { Span } from '#domain/run.ts';
import { createRunTracer } from '#server/engine/run-tracer.ts';
import { span } from '#tests/support/database-rows.ts';

it('lets the run go on while a closing is written, and no further than the next opening', async () => {
  const { tracer, writes } = traced();
  await settle(tracer.opened(observe), writes.letGo);
  await tracer.closed(closed(observe));
  const next = follow(tracer.opened(indicators));
  await turns();
  expect(next.state()).toBe('pending');
  writes.letGo();
  await turns();
  expect(next.state()).toBe('done');
});

it('fails the next opening when a closing could not be written', async () => {
  const { tracer, writes } = traced();
  await settle(tracer.opened(observe), writes.letGo);
  await tracer.closed(closed(observe));
  writes.fail(new RangeError('no room for a span'));
  await expect(settle(tracer.opened(indicators), writes.letGo)).rejects.toThrow('no room for a span');
});

it('ends the run only when its last closing is written', async () => {
  const { tracer, writes } = traced();
  const ending = follow(tracer.closed(closed(record)));
  await turns();
  expect(ending.state()).toBe('pending');
  writes.letGo();
  await turns();
  expect(ending.state()).toBe('done');
});

it('tells the pages of a busy moment in one go, without bodies, and of the end at once', async () => {
  const { tracer, writes, told, later } = traced();
  await settle(tracer.opened(observe), writes.letGo);
  await settle(tracer.closed(closed(observe)), writes.letGo);
  await settle(tracer.opened(indicators), writes.letGo);
  expect(told).toEqual([]);
  expect(later).toHaveLength(1);
  later[0]?.();
  expect(told.map(({ type, payload }) => [type, (payload as Span).name])).toEqual([
    ['span.opened', 'observe'],
    ['span.closed', 'observe'],
    ['span.opened', 'indicators'],
  ]);
  expect(told.map(({ payload }) => (payload as Span).input)).toEqual([null, null, null]);
  await settle(tracer.closed(closed(record)), writes.letGo);
  expect(told.at(-1)?.type).toBe('span.closed');
});

const observe = span({ spanId: 'observe', name: 'observe' });
const indicators = span({ spanId: 'indicators', name: 'indicators' });
const record = span({ spanId: 'record', name: 'record' });

function closed(opened: Span): Span {
  return { ...opened, status: 'ok', durationMs: 1, decidedBy: 'code', output: {} };
}

/** A tracer whose writes wait until the test lets them go. */
function traced() {
  const waiting: { resolve: () => void; reject: (reason: unknown) => void }[] = [];
  const write = () => new Promise<void>((resolve, reject) => void waiting.push({ resolve, reject }));
  const told: NewDeskEvent[] = [];
  const later: (() => void)[] = [];
  const tracer = createRunTracer({
    spans: { opened: write, closed: write },
    appendEvent: async (event) => void told.push(event),
    deskId: 'desk-1',
    nowMs: () => 1,
    onEventLost: (thrown) => {
      throw thrown;
    },
    later: (work) => void later.push(work),
  });
  const writes = {
    letGo: () => waiting.splice(0).forEach(({ resolve }) => void resolve()),
    fail: (reason: unknown) => waiting.splice(0).forEach(({ reject }) => void reject(reason)),
  };
  return { tracer, told, later, writes };
}

async function settle<Result>(work: Promise<Result>, letGo: () => void): Promise<Result> {
  letGo();
  await turns();
  return work;
}

function follow(work: Promise<void>) {
  let state: 'pending' | 'done' = 'pending';
  void work.then(() => {
    state = 'done';
  });
  return { state: () => state };
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}
