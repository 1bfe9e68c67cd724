import { beforeEach, describe, expect, it } from 'vitest';
import type { NewDeskEvent } from '#domain/desk-event.ts';
import { SpikeNotice } from '#domain/signal.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { openSpikeWatch, type SpikeGuardDeps, withSpikeWatch } from '#server/engine/spike-guard.ts';
import type { SpikeWatch } from '#server/engine/spike-watch.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { createMetrics } from '#server/telemetry/metrics.ts';
import { BTC, ETH, instrumentOf } from '#tests/unit/exchanges/paper/paper-desk.ts';
import { createScriptedMarket, type ScriptedMarket } from '#tests/unit/exchanges/paper/scripted-market.ts';

let market: ScriptedMarket;
let events: NewDeskEvent[];
let warned: string[];
let isAway: boolean;
let deps: SpikeGuardDeps;

beforeEach(() => {
  market = createScriptedMarket([instrumentOf(BTC)], { close: 100, volumeBase: 10 });
  events = [];
  warned = [];
  isAway = false;
  deps = {
    source: { market: market.data, key: 'market', candidates: { current: () => [ETH] } },
    marketClock: market.clock,
    rows: {
      events: { append: async (event) => (isAway ? Promise.reject(new Error('away')) : events.push(event)) },
      spikes: { toldSince: async () => [] },
    },
    metrics: createMetrics({ processMetrics: false }),
    logger: { ...SILENT_LOGGER, warn: (_fields, words) => warned.push(words) },
  };
});

function minutes(count: number): void {
  for (let i = 0; i < count; i++) {
    const close = [100.1, 100, 99.9, 100][i % 4] ?? 100;
    market.minute({ [BTC]: [100, close, close, close] });
  }
}

/** A spike at every look, and none but on minutes: the market behind it has bars of no other width. */
async function spikes(count: number): Promise<void> {
  const data = { ...market.data, candles: oneMinuteAlone(market) };
  const watch = openSpikeWatch({ ...deps, source: { ...deps.source, market: data } });
  minutes(300);
  for (let i = 0; i < count; i++) {
    market.minute({ [BTC]: [100, 120, 100, 120] });
    await watch.look([BTC]);
    minutes(5);
    await watch.look([BTC]);
  }
}

function oneMinuteAlone({ data }: ScriptedMarket): typeof data.candles {
  return async (request) =>
    request.timeframe === '1m' ? data.candles(request) : data.candles({ ...request, fromMs: request.toMs });
}

describe('the watch for spikes as the guard runs it', () => {
  it('tells each as one event of the market’s own desk, and counts it', async () => {
    await spikes(1);
    expect(events.length).toBeGreaterThan(0);
    for (const event of events) {
      expect(event).toMatchObject({ type: 'spike.told', deskId: 'market', runId: null });
      expect(SpikeNotice.parse(event.payload)).toEqual(event.payload);
    }
    const { values } = await deps.metrics.spikes.get();
    expect(values.reduce((sum, { value }) => sum + value, 0)).toBe(events.length);
  });

  it('goes on when a spike cannot be stored, and says so', async () => {
    isAway = true;
    await spikes(1);
    expect(new Set(warned)).toEqual(new Set(['a spike could not be stored']));
    expect(events).toEqual([]);
  });

  it('looks at candidates too, and lets the breaker wait for nothing of it', async () => {
    const looked: (readonly MarketSymbol[])[] = [];
    const closed: string[] = [];
    const slow: SpikeWatch = {
      look(symbols) {
        looked.push(symbols);
        return new Promise(() => {});
      },
      health: () => ({
        symbols: 0,
        signals: { told: 0, repeated: 0, over_limit: 0, stale: 0 },
        ignored: 3,
      }),
      close: () => closed.push('spikes'),
    };
    const asked: (readonly MarketSymbol[])[] = [];
    const both = withSpikeWatch(
      {
        ...{ assess: () => null, hasSeenEndOf: () => false, forgive: () => {} },
        look: async (symbols) => void asked.push(symbols),
        close: () => closed.push('breaker'),
      },
      slow,
      deps,
    );
    await both.look([BTC]);
    await both.look([BTC]);
    expect({ looked, asked }).toEqual({
      looked: [
        [BTC, ETH],
        [BTC, ETH],
      ],
      asked: [[BTC], [BTC]],
    });
    expect((await deps.metrics.spikePricesIgnored.get()).values[0]?.value).toBe(3);
    both.close();
    expect(closed).toEqual(['spikes', 'breaker']);
  });
});
