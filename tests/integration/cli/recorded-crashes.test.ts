/** The breaker on recorded crashes, against a plain look at the same file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HOUR_MS, isoTime, MINUTE_MS } from '#domain/time.ts';
import type { MarketScan } from '#server/cli/breaker-scan-market.ts';
import { RECORDED_MARKET, skipWithoutRecordedMarket } from '#tests/support/candle-files.ts';
import { type Home, openHome } from '#tests/support/command-line.ts';

let home: Home;
beforeAll(async () => {
  home = await openHome();
});
beforeEach(skipWithoutRecordedMarket);
afterAll(async () => {
  await home?.remove();
});

async function scan(path: string, from: string, to: string): Promise<MarketScan> {
  const { code, stdout } = await home.run([
    'breaker-scan',
    '--data',
    path,
    '--from',
    from,
    '--to',
    to,
    '--json',
  ]);
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

interface Look {
  readonly file: string;
  readonly widthMs: number;
  readonly from: string;
  readonly to: string;
  readonly windowMs: number;
  readonly limit: number;
}

/** The closes of the first bars of the span that go, and that end, so far under the highest price of the window. */
function plainLook({ file, widthMs, from, to, windowMs, limit }: Look) {
  const bars = gunzipSync(readFileSync(join(RECORDED_MARKET, file)))
    .toString()
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').map(Number))
    .map(([openMs = 0, , high = 0, low = 0, close = 0]) => ({ closeMs: openMs + widthMs, high, low, close }));
  let touchedMs = Number.POSITIVE_INFINITY;
  let heldMs = Number.POSITIVE_INFINITY;
  for (const bar of bars) {
    if (bar.closeMs <= Date.parse(from) || bar.closeMs > Date.parse(to)) continue;
    const inside = bars.filter(({ closeMs }) => closeMs > bar.closeMs - windowMs && closeMs <= bar.closeMs);
    const high = Math.max(...inside.map((one) => one.high));
    if ((high - bar.low) / high >= limit) touchedMs = Math.min(touchedMs, bar.closeMs);
    if ((high - bar.close) / high >= limit) heldMs = Math.min(heldMs, bar.closeMs);
  }
  return { touchedMs, heldMs };
}

const ETH_2025 = 'BINANCEUSDM_ETHUSDT_5m_20250101_20260124.csv.gz';
const BTC_2021 = 'BINANCE_BTCUSDT_5m_20201201_20210717.csv.gz';
const ETH_2021 = 'BINANCE_ETHUSDT_5m_20201201_20210717.csv.gz';
const hour = { windowMs: HOUR_MS, widthMs: 5 * MINUTE_MS };
const four = { windowMs: 4 * HOUR_MS, widthMs: 5 * MINUTE_MS };

describe('on recorded crashes, alone on one file, the breaker', () => {
  it.each<Look & { trigger: string }>([
    { trigger: 'eth_fall_1h', file: ETH_2025, from: '2025-02-02', to: '2025-02-05', limit: 0.15, ...hour },
    { trigger: 'eth_fall_4h', file: ETH_2025, from: '2025-02-02', to: '2025-02-05', limit: 0.25, ...four },
    { trigger: 'eth_fall_1h', file: ETH_2025, from: '2025-10-10', to: '2025-10-11', limit: 0.15, ...hour },
    { trigger: 'btc_fall_1h', file: BTC_2021, from: '2021-05-18', to: '2021-05-20', limit: 0.15, ...hour },
    { trigger: 'btc_fall_4h', file: BTC_2021, from: '2021-05-18', to: '2021-05-20', limit: 0.2, ...four },
    { trigger: 'eth_fall_1h', file: ETH_2021, from: '2021-01-10', to: '2021-01-12', limit: 0.15, ...hour },
    { trigger: 'btc_fall_1h', file: BTC_2021, from: '2021-04-17', to: '2021-04-19', limit: 0.15, ...hour },
  ])(
    'trips by $trigger after $from neither before any price has crossed nor after a close has',
    async ({ trigger, ...look }) => {
      const { touchedMs, heldMs } = plainLook(look);
      const { trips } = await scan(join(RECORDED_MARKET, look.file), look.from, look.to);
      const atMs = trips.find((trip) => trip.trigger === trigger)?.atMs ?? Number.POSITIVE_INFINITY;
      expect(atMs).toBeGreaterThanOrEqual(touchedMs);
      // A close far from the one before it waits for the next.
      expect(atMs).toBeLessThanOrEqual(heldMs + look.widthMs);
    },
  );
});

describe('on all recorded venues at once, the breaker', () => {
  it('trips on 10 October 2025 by the market, then by ETH, and is cleared the same night', async () => {
    const { trips } = await scan(RECORDED_MARKET, '2025-10-10', '2025-10-11');
    expect(trips.map(({ trigger, atMs }) => `${isoTime(atMs).slice(11, 16)} ${trigger}`)).toEqual([
      '21:18 market_fall_4h',
      '21:25 eth_fall_1h',
    ]);
    for (const { clearedAtMs } of trips) expect(clearedAtMs).toBeGreaterThan(Date.UTC(2025, 9, 10, 22));
  });

  it('trips in March 2023 by the peg of USDC, and by no fall', async () => {
    const { trips } = await scan(RECORDED_MARKET, '2023-03-09', '2023-03-13');
    expect(new Set(trips.map(({ trigger }) => trigger))).toEqual(new Set(['usdc_peg']));
  });

  it('trips never in the four calm months from June to September 2025', async () => {
    const { trips, falsePrints, barsRead } = await scan(RECORDED_MARKET, '2025-06-01', '2025-10-01');
    expect({ trips, falsePrints }).toEqual({ trips: [], falsePrints: [] });
    expect(barsRead).toBeGreaterThan(300_000);
  });
});
