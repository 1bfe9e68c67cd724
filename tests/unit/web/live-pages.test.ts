import { describe, expect, test } from 'vitest';
import type { DeskEvent } from '#domain/desk-event.ts';
import type { RunSummary } from '#domain/run.ts';
import { DESK_RUNS_SHOWN, withDeskRun } from '../../../web/api/desk-runs.ts';
import { mergeSpan } from '../../../web/api/merge-span.ts';
import { type ToldSpike, withSpike } from '../../../web/api/told-spikes.ts';
import { fakeRun, fakeSpan } from '../../support/fake-run.ts';
import { uncut } from '../../support/fake-trace.ts';

const page = (...runs: RunSummary[]) => ({ items: runs, nextCursor: null });
const held = fakeRun('run-1', 'held').run;
const traded = fakeRun('run-2', 'traded').run;

describe('a run told of by the stream', () => {
  test('goes on top of its desk’s newest when it is new, and the oldest goes', () => {
    expect(withDeskRun(page(held), traded).items).toEqual([traded, held]);
    const full = Array.from({ length: DESK_RUNS_SHOWN }, (_, at) => ({ ...held, runId: `run-old-${at}` }));
    expect(withDeskRun(page(...full), traded).items).toEqual([traded, ...full.slice(0, -1)]);
  });

  test('is replaced where it stands when it is known, and telling twice changes nothing', () => {
    const failed = { ...held, outcome: 'failed' as const };
    const once = withDeskRun(page(traded, held), failed);
    expect(once.items).toEqual([traded, failed]);
    expect(withDeskRun(once, failed)).toEqual(once);
  });

  test('stays out when it decides another run again', () => {
    const before = page(held);
    expect(withDeskRun(before, { ...traded, forkOf: 'run-1' })).toBe(before);
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
