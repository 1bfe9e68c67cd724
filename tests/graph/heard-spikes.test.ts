import { describe, expect, it } from 'vitest';
import { CycleRecord } from '#domain/run.ts';
import type { Spike } from '#domain/signal.ts';
import type { HeardSpikes } from '#graphs/deps.ts';
import { createFrameStore } from '#graphs/frames.ts';
import {
  createGraphCycle,
  MOMENTS,
  openDesk,
  pathOf,
  RUNNERS,
  recordOfCycle,
} from '#tests/support/memory-cycles.ts';

const SOL = 'SOL/USDT:USDT';
const HEARD: Spike = {
  ...{ symbol: SOL, timeframe: '1m', kind: 'price', direction: 'down', robustSigmas: -8.5 },
  barOpenAtMs: MOMENTS.quiet - 60_000,
};

describe.each(RUNNERS)('what was heard of spikes between cycles, by %s', (_name, run) => {
  it('is asked for once, as of the cycle, and brings a symbol before a Scanner that had none', async () => {
    const silent = await openDesk(MOMENTS.quiet);
    expect(pathOf(await recordOfCycle(run, silent))).not.toContain('context');
    expect(silent.agents.asked).toEqual([]);

    const asked: Parameters<HeardSpikes>[0][] = [];
    const heardSpikes: HeardSpikes = async (question) => {
      asked.push(question);
      return [HEARD];
    };
    const desk = await openDesk(MOMENTS.quiet, { heardSpikes });
    const record = await recordOfCycle(run, desk);
    const { symbols } = desk.request('run-1');
    expect(asked).toEqual([{ deskId: 'desk', symbols, asOfMs: MOMENTS.quiet }]);
    expect(record.subjects).toEqual([SOL]);
    expect(record.opinions.find(({ agent }) => agent === 'scanner')?.decidedBy).toBe('rules');
  });

  it('stands in the record, in the span that saw it and among the signals, and survives JSON', async () => {
    const desk = await openDesk(MOMENTS.quiet, { heardSpikes: async () => [HEARD] });
    const record = await recordOfCycle(run, desk);
    expect(record.market?.heardSpikes).toEqual([HEARD]);
    expect(record.signals.flatMap(({ spikes }) => spikes)).toEqual([HEARD]);
    const observed = desk.spans.find(({ name }) => name === 'observe')?.output;
    expect(observed).toMatchObject({ snapshot: { heardSpikes: [HEARD] } });
    expect(CycleRecord.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
  });

  it('is said once where the bars of the cycle say it too, and leaves no word where nothing was heard', async () => {
    const alone = await recordOfCycle(run, await openDesk(MOMENTS.crash));
    const own = alone.signals.flatMap(({ spikes }) => spikes);
    expect(own.length).toBeGreaterThan(0);
    const heard = own.map((spike) => ({ ...spike, robustSigmas: spike.robustSigmas * 1.1 }));
    const both = await recordOfCycle(run, await openDesk(MOMENTS.crash, { heardSpikes: async () => heard }));
    expect(both.signals).toEqual(alone.signals);
    expect(alone.market).not.toHaveProperty('heardSpikes');
  });
});

it('what was heard is frozen with the market: whoever takes a run up decides on it and hears nothing new', async () => {
  const whole = await openDesk(MOMENTS.quiet, { heardSpikes: async () => [HEARD] });
  const { run, resume } = createGraphCycle();
  await run(whole.request('run-1'), whole.deps);
  let isHeard = false;
  const desk = await openDesk(MOMENTS.quiet, {
    async heardSpikes() {
      if (isHeard) throw new Error('asked twice');
      isHeard = true;
      return [HEARD];
    },
  });
  const dying = {
    ...desk.deps,
    tracer: {
      ...desk.deps.tracer,
      closed: async ({ name }: { name: string }) => {
        if (name === 'indicators') throw new Error('killed');
      },
    },
  };
  await expect(run(desk.request('run-1'), dying)).rejects.toThrow('killed');
  await resume(desk.request('run-1'), { ...desk.deps, frames: createFrameStore() });
  expect(desk.records[0]?.signals).toEqual(whole.records[0]?.signals);
  expect(desk.records[0]?.subjects).toEqual([SOL]);
});
