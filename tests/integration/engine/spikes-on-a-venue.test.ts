import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { DeskEvent } from '#domain/desk-event.ts';
import type { CycleRecord } from '#domain/run.ts';
import { SpikeNotice } from '#domain/signal.ts';
import { readConfig } from '#server/config.ts';
import { type RunningVigil, startVigil } from '#server/start.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { testHome } from '#tests/support/test-desk.ts';
import { startVenue, type TestVenue } from '#tests/support/venue/start-venue.ts';

const ETH = 'ETH/USDT:USDT';
const WAIT = { timeout: 30_000, interval: 50 };

let venue: TestVenue;
let database: TestDatabase;
let vigil: RunningVigil;
const feed = new AbortController();

beforeAll(async () => {
  venue = await startVenue({ prices: 'generator' });
  await venue.setPrice('BTCUSDT', 50_000);
  await venue.setPrice('ETHUSDT', 2_500);
  database = await createTestDatabase();
  vigil = await startVigil({
    config: readConfig({
      ...{ VIGIL_HOME: testHome(), DATABASE_URL: database.url, PORT: '0' },
      ...{ VIGIL_MARKET: 'binanceusdm', EXCHANGE_BASE_URL: venue.baseUrl, VIGIL_SYMBOLS: 'BTC,ETH' },
      CYCLE_INTERVAL_MS: '86400000',
    }),
    logger: SILENT_LOGGER,
    role: 'all',
  });
});
afterAll(async () => {
  feed.abort();
  await vigil?.stop();
  await database?.drop();
  await venue?.close();
});

/** What the desk's page would be told from now on. */
async function followFeed(): Promise<DeskEvent[]> {
  const response = await fetch(`${vigil.url}/api/events`, { signal: feed.signal });
  const heard: DeskEvent[] = [];
  const read = async () => {
    let text = '';
    for await (const piece of (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
      text += piece;
      const frames = text.split('\n\n');
      text = frames.pop() ?? '';
      for (const frame of frames) {
        const data = /^data: (.*)$/m.exec(frame)?.[1];
        if (data !== undefined) heard.push(JSON.parse(data) as DeskEvent);
      }
    }
  };
  void read().catch((thrown: unknown) => {
    if (!feed.signal.aborted) throw thrown;
  });
  return heard;
}

async function recordOfCycle(): Promise<CycleRecord> {
  const { defaultDeskId, rows } = vigil.container;
  const response = await fetch(`${vigil.url}/api/desks/${defaultDeskId}/cycles`, { method: 'POST' });
  const { runId } = (await response.json()) as { runId: string };
  return vi.waitFor(async () => {
    const record = await rows.runs.record(runId);
    if (record === null) throw new Error(`${runId} has no record yet`);
    return record;
  }, WAIT);
}

it('a surge that a venue pushes is in the live feed at once, and before the Scanner of the next cycle alone', async () => {
  const heard = await followFeed();
  const before = await recordOfCycle();
  expect(before.market).not.toHaveProperty('heardSpikes');

  await venue.setPrice('ETHUSDT', 2_600);
  const event = await vi.waitFor(() => {
    const told = heard.find(({ type }) => type === 'spike.told');
    if (told === undefined) throw new Error('nothing was told yet');
    return told;
  }, WAIT);
  expect(event).toMatchObject({ deskId: vigil.container.defaultDeskId, runId: null });
  const notice = SpikeNotice.parse(event.payload);
  expect(notice).toMatchObject({ symbol: ETH, kind: 'price', direction: 'up' });

  const record = await recordOfCycle();
  const spikes = record.market?.heardSpikes ?? [];
  expect(spikes).toContainEqual({
    ...{ symbol: ETH, timeframe: notice.timeframe, kind: 'price', direction: 'up' },
    ...{ robustSigmas: notice.robustSigmas, barOpenAtMs: notice.barOpenAtMs },
  });
  expect(record.signals.find(({ symbol }) => symbol === ETH)?.spikes).toEqual(
    expect.arrayContaining([...spikes]),
  );
  expect(record.subjects).toContain(ETH);
  const { spans } = (await vigil.container.rows.runs.detail(record.runId)) ?? { spans: [] };
  expect(spans.find(({ name }) => name === 'observe')?.output).toMatchObject({
    snapshot: { heardSpikes: spikes },
  });

  const after = await recordOfCycle();
  const again = new Set(spikes.map((spike) => JSON.stringify(spike)));
  expect((after.market?.heardSpikes ?? []).filter((spike) => again.has(JSON.stringify(spike)))).toEqual([]);
});
