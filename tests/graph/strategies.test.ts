/** The desk's own nodes on a strategy's word in the place of its points. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#domain/ids.ts';
import { CycleRecord } from '#domain/run.ts';
import { HOUR_MS } from '#domain/time.ts';
import { createGeneratorMarket, DEFAULT_START_AT_MS } from '#exchanges/generator/generator-market.ts';
import { type CycleSettings, DEFAULT_SETTINGS } from '#graphs/deps.ts';
import { createFrameStore } from '#graphs/frames.ts';
import { createGraphCycle, MOMENTS, openDesk } from '#tests/support/memory-cycles.ts';
import { openWalkedDesk, recordsOf } from '#tests/support/walked-backtest.ts';
import { drawWeights } from '#tools/evaluation/drawn-weights.ts';

const SYMBOLS = ['BTC/USDT:USDT', 'ETH/USDT:USDT', 'SOL/USDT:USDT', 'XRP/USDT:USDT'];

describe('a cycle by momentum', () => {
  it('is recorded under its name, and opens only what it is long or short of', async () => {
    const market = createGeneratorMarket({ seed: 11, symbols: SYMBOLS, barsPerSeries: 150 });
    const walked = recordsOf(await openWalkedDesk(market, DEFAULT_START_AT_MS, undefined, 'momentum'));
    for (let hour = 0; hour < 12; hour++) {
      walked.desk.clock.nowMs = DEFAULT_START_AT_MS + hour * HOUR_MS;
      await walked.desk.guard();
      await walked.desk.cycle();
    }
    walked.desk.close();
    const signals = walked.records.flatMap((record) => record.signals);
    expect(new Set(signals.map(({ strategy }) => strategy))).toEqual(new Set(['momentum']));
    for (const { score } of signals) expect([-3, 0, 3]).toContain(score);
    const opens = walked.records.flatMap(({ signals, proposals }) =>
      proposals
        .filter(({ kind }) => kind === 'open')
        .map(({ symbol, side }) => [side, signals.find((signal) => signal.symbol === symbol)?.action]),
    );
    expect(opens.length).toBeGreaterThan(0);
    for (const [side, action] of opens) expect(action).toBe(side === 'long' ? 'buy' : 'sell');
  });
});

it('a run that is taken up goes on by the strategy it began with, whatever is set by then', async () => {
  const { run, resume } = createGraphCycle();
  const settings = { ...DEFAULT_SETTINGS, strategy: 'momentum' };
  const whole = await openDesk(MOMENTS.trading);
  await run(whole.request('run-1'), { ...whole.deps, settings });
  const desk = await openDesk(MOMENTS.trading);
  const dying = {
    ...{ ...desk.deps, settings },
    tracer: {
      ...desk.deps.tracer,
      closed: async ({ name }: { name: string }) => {
        if (name === 'indicators') throw new Error('killed');
      },
    },
  };
  await expect(run(desk.request('run-1'), dying)).rejects.toThrow('killed');
  await resume(desk.request('run-1'), { ...desk.deps, frames: createFrameStore() });
  expect(desk.records[0]?.market?.strategy).toBe('momentum');
  expect(desk.records[0]?.signals.map(({ strategy }) => strategy)).toContain('momentum');
  expect(desk.records[0]?.signals).toEqual(whole.records[0]?.signals);
});

it('a run that is taken up weighs votes as when it began, whatever version is promoted by then', async () => {
  const { run, resume } = createGraphCycle();
  const [began, promoted] = [3, 4].map((version) => ({
    ...DEFAULT_SETTINGS,
    ...{ strategy: 'adaptive', weights: { ...drawWeights(seededRandom(version).next), version } },
  })) as [CycleSettings, CycleSettings];
  const whole = await openDesk(MOMENTS.trading);
  await run(whole.request('run-1'), { ...whole.deps, settings: began });
  const desk = await openDesk(MOMENTS.trading);
  const dying = {
    ...{ ...desk.deps, settings: began },
    tracer: {
      ...desk.deps.tracer,
      closed: async ({ name }: { name: string }) => {
        if (name === 'indicators') throw new Error('killed');
      },
    },
  };
  await expect(run(desk.request('run-1'), dying)).rejects.toThrow('killed');
  const later = { ...desk.deps, settings: promoted, frames: createFrameStore() };
  await resume(desk.request('run-1'), later);
  const record = CycleRecord.parse(desk.records[0]);
  expect(record.signals).toEqual(whole.records[0]?.signals);
  expect(record.market?.weights?.version).toBe(3);
  expect(record.signals.length).toBeGreaterThan(0);
  for (const { weighing, reason } of record.signals) {
    expect(weighing?.weightsVersion).toBe(3);
    expect(reason).toContain(
      `1h regime ${weighing?.regime}, volatility ${weighing?.volatility}: weights 3, `,
    );
  }
});
