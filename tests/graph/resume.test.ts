import { beforeAll, describe, expect, it } from 'vitest';
import type { NodeName } from '#domain/run.ts';
import type { CycleDeps } from '#graphs/deps.ts';
import { createFrameStore } from '#graphs/frames.ts';
import { AT_ONCE } from '#tests/support/memory-agents.ts';
import { type CycleDesk, createGraphCycle, MOMENTS, openDesk, pathOf } from '#tests/support/memory-cycles.ts';

/** The deps of a process that dies where the span of a node would close, its work done. */
function dyingAfter({ deps }: CycleDesk, node: NodeName): CycleDeps {
  const closed: CycleDeps['tracer']['closed'] = (span) =>
    span.name === node ? Promise.reject(new Error('killed')) : deps.tracer.closed(span);
  return { ...deps, tracer: { ...deps.tracer, closed } };
}

/** The deps of the process that takes over: nothing of the first one's memory. */
function takingOver({ deps }: CycleDesk): CycleDeps {
  return { ...deps, frames: createFrameStore() };
}

async function killedAfter(node: NodeName, atMs: number = MOMENTS.trading) {
  const desk = await openDesk(atMs, { script: AT_ONCE });
  const { run, resume } = createGraphCycle();
  const request = desk.request('run-1');
  await expect(run(request, dyingAfter(desk, node))).rejects.toThrow();
  expect(desk.records).toHaveLength(node === 'record' ? 1 : 0);
  const before = (await desk.venue.activityAfter(null)).fills;
  await resume(request, takingOver(desk));
  return { desk, before };
}

let reference: CycleDesk;

/** The same cycle, unharmed. */
beforeAll(async () => {
  reference = await openDesk(MOMENTS.trading, { script: AT_ONCE });
  await createGraphCycle().run(reference.request('run-1'), reference.deps);
});

describe('a cycle taken up by another process', () => {
  it.each([
    'observe',
    'indicators',
    'breaker',
    'scanner',
    'context',
    'gate',
    'risk',
    'executor',
    'place',
  ] as const)('after a death in %s ends as if nothing had happened', async (node) => {
    const { desk } = await killedAfter(node);
    const [record] = desk.records;
    const [expected] = reference.records;
    expect(desk.records).toHaveLength(1);
    expect(record?.outcome).toBe('traded');
    expect(record?.proposals).toEqual(expected?.proposals);
    expect(record?.signals).toEqual(expected?.signals);
    expect(record?.opinions).toEqual(expected?.opinions);
    expect(pathOf(record as NonNullable<typeof record>)).toEqual(
      pathOf(expected as NonNullable<typeof expected>),
    );
    expect(await desk.venue.activityAfter(null)).toEqual(await reference.venue.activityAfter(null));
    expect(await desk.venue.openOrders()).toEqual(await reference.venue.openOrders());
  });

  it('places nothing a second time after a death in place', async () => {
    const { desk, before } = await killedAfter('place');
    expect(before.length).toBeGreaterThan(0);
    expect((await desk.venue.activityAfter(null)).fills).toEqual(before);
  });

  it('records its signals although it died at its record and forgot all it had measured', async () => {
    const desk = await openDesk(MOMENTS.quiet);
    const { run, resume } = createGraphCycle();
    const request = desk.request('run-1');
    const records = { save: () => Promise.reject(new Error('killed')) };
    await expect(run(request, { ...desk.deps, records })).rejects.toThrow('killed');
    await resume(request, takingOver(desk));
    expect(desk.records).toHaveLength(1);
    expect(desk.records[0]?.signals.map(({ symbol }) => symbol)).toEqual(request.symbols);
  });

  it('tightens stops once although it died in the middle of protecting', async () => {
    const unharmed = await openDesk(MOMENTS.trading);
    const desk = await openDesk(MOMENTS.trading);
    for (const each of [unharmed, desk]) {
      await createGraphCycle().run(each.request('run-0'), each.deps);
      each.clock.nowMs = MOMENTS.trading + 60_000;
    }
    const tripping = (deps: CycleDeps): CycleDeps => ({
      ...deps,
      thresholds: {
        falls: [{ asset: 'BTC', windowMs: 3_600_000, fallFraction: 0.000_001 }],
        watchShare: 1,
        marketHaltsEndBy: 'recovery',
      },
    });
    await createGraphCycle().run(unharmed.request('run-1'), tripping(unharmed.deps));
    const { run, resume } = createGraphCycle();
    await expect(run(desk.request('run-1'), tripping(dyingAfter(desk, 'protect')))).rejects.toThrow('killed');
    await resume(desk.request('run-1'), tripping(takingOver(desk)));
    expect(desk.records.at(-1)?.outcome).toBe('halted');
    expect(await desk.venue.openOrders()).toEqual(await unharmed.venue.openOrders());
  });
});
