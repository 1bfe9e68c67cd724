import { describe, expect, test } from 'vitest';
import type { DeskEvent } from '#domain/desk-event.ts';
import type { RunSummary } from '#domain/run.ts';
import { mergeSpan } from '../../../web/api/merge-span.ts';
import { NO_FILTER, upsertRun } from '../../../web/api/run-filter.ts';
import { type ToldSpike, withSpike } from '../../../web/api/told-spikes.ts';
import { fakeRun, fakeSpan } from '../../support/fake-run.ts';
import { uncut } from '../../support/fake-trace.ts';

const page = (...runs: RunSummary[]) => [{ items: runs, nextCursor: null }];
const held = fakeRun('run-1', 'held').run;
const traded = fakeRun('run-2', 'traded').run;

describe('a run told of by the stream', () => {
  test('goes on top of the list when it is new', () => {
    expect(upsertRun(page(held), traded, NO_FILTER)[0]?.items).toEqual([traded, held]);
  });

  test('is replaced where it stands when it is known, and telling twice changes nothing', () => {
    const failed = { ...held, outcome: 'failed' as const };
    const once = upsertRun(page(traded, held), failed, NO_FILTER);
    expect(once[0]?.items).toEqual([traded, failed]);
    expect(upsertRun(once, failed, NO_FILTER)).toEqual(once);
  });

  test('stays out of a list whose filter it does not fit, and leaves one it no longer fits', () => {
    const filter = { ...NO_FILTER, outcome: 'held' };
    expect(upsertRun(page(held), traded, filter)[0]?.items).toEqual([held]);
    expect(upsertRun(page(held), { ...held, outcome: 'denied' }, filter)[0]?.items).toEqual([]);
  });
});

describe('a span told of by the stream', () => {
  const at = { startedAtMs: 1_000 };

  test('keeps the bodies that were read before', () => {
    const cut = { input: null, output: { bytes: 2_000_000, preview: '{"bars": [' } };
    const read = { ...uncut(fakeSpan('run-1', 'gate', at)), cut, hiddenFields: 2 };
    const [merged] = mergeSpan([read], fakeSpan('run-1', 'gate', { ...at, status: 'ok' }));
    expect(merged).toEqual(read);
    expect(mergeSpan([read], { ...read, input: null, output: null })).toEqual([read]);
  });

  test('does not reopen when its opening arrives after its closing', () => {
    const closed = uncut(fakeSpan('run-1', 'gate', at));
    const opening = fakeSpan('run-1', 'gate', { ...at, status: 'open' });
    expect(mergeSpan([closed], opening)).toEqual([closed]);
  });
});

describe('a spike told of by the stream', () => {
  const told = (id: number, payload: unknown = { symbol: 'BTC/USDT:USDT', robustSigmas: 7 }): DeskEvent => ({
    ...{ id, type: 'spike.told', runId: null, deskId: 'desk', atMs: 1_000 },
    ...{ payload, hiddenFields: 0 },
  });

  test('goes on top of the last five, and telling twice changes nothing', () => {
    let spikes: readonly ToldSpike[] = [];
    for (let id = 1; id <= 7; id++) spikes = withSpike(spikes, told(id));
    expect(spikes.map(({ id }) => id)).toEqual([7, 6, 5, 4, 3]);
    expect(withSpike(spikes, told(5))).toBe(spikes);
  });

  test('is passed over when it is none', () => {
    const none: readonly ToldSpike[] = [];
    for (const payload of [null, 'text', {}, { symbol: 'BTC/USDT:USDT' }])
      expect(withSpike(none, told(1, payload))).toBe(none);
  });
});
