import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { DeskEvent } from '#domain/desk-event.ts';
import type { CycleRecord } from '#domain/run.ts';
import { SpikeNotice } from '#domain/signal.ts';
import { readConfig } from '#server/config.ts';
import { type RunningVigil, startVigil } from '#server/start.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { askCycle } from '#tests/support/asked-cycle.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { testHome } from '#tests/support/test-desk.ts';
import { startVenue, type TestVenue } from '#tests/support/venue/start-venue.ts';
import { spikeKey } from '#tools/spikes/heard-spikes.ts';

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
  const { runId } = await askCycle(vigil.url, defaultDeskId);
  return vi.waitFor(async () => {
    const record = await rows.runs.record(runId);
    if (record === null) throw new Error(`${runId} has no record yet`);
    return record;
  }, WAIT);
}

it('a surge that a venue pushes is in the live feed at once, and before the Scanner of the next cycle alone', async () => {
  const heard = await followFeed();
  await recordOfCycle();
  // The venue's past is the generator's of this very minute, and may have spikes of its own.
  const heardBefore = heard.length;

  await venue.setPrice('ETHUSDT', 2_600);
  const { event, notice } = await vi.waitFor(() => {
    for (const event of heard.slice(heardBefore)) {
      const { success, data: notice } = SpikeNotice.safeParse(event.payload);
      if (event.type === 'spike.told' && success && notice.symbol === ETH && notice.kind === 'price')
        return { event, notice };
    }
    throw new Error('nothing was told yet');
  }, WAIT);
  expect(event).toMatchObject({ deskId: vigil.container.defaultDeskId, runId: null });
  expect(notice.direction).toBe('up');

  const record = await recordOfCycle();
  const spikes = record.market?.heardSpikes ?? [];
  expect(spikes).toContainEqual({
    ...{ symbol: ETH, timeframe: notice.timeframe, kind: 'price', direction: 'up' },
    ...{ robustSigmas: notice.robustSigmas, barOpenAtMs: notice.barOpenAtMs },
  });
  const seen = record.signals.flatMap((signal) => signal.spikes.map(spikeKey));
  expect(seen).toEqual(expect.arrayContaining(spikes.map(spikeKey)));
  expect(new Set(seen).size).toBe(seen.length);
  expect(record.subjects).toContain(ETH);
  const spans = await vigil.container.rows.spans.ofRun(record.runId);
  expect(spans.find(({ name }) => name === 'observe')?.output).toMatchObject({
    snapshot: { heardSpikes: spikes },
  });

  const after = await recordOfCycle();
  const known = new Set(spikes.map(spikeKey));
  expect((after.market?.heardSpikes ?? []).filter((spike) => known.has(spikeKey(spike)))).toEqual([]);
});
