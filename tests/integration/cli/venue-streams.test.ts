import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Home, openHome } from '#tests/support/command-line.ts';
import { startVenue, type TestVenue } from '#tests/support/venue/start-venue.ts';

const WAIT = { timeout: 30_000, interval: 20 };

describe('a venue that pushes its prices', () => {
  let venue: TestVenue;
  let home: Home;

  beforeEach(async () => {
    venue = await startVenue({ prices: 'generator' });
    home = await openHome();
  });
  afterEach(async () => {
    await home?.remove();
    await venue?.close();
  });

  const env = (over: Record<string, string> = {}) => ({
    VIGIL_MARKET: 'binanceusdm',
    VIGIL_SYMBOLS: 'BTC,ETH',
    EXCHANGE_BASE_URL: venue.baseUrl,
    ...over,
  });

  async function marketLine(over?: Record<string, string>): Promise<string> {
    const { code, stdout } = await home.run(['doctor', '--json'], env(over));
    expect(code).toBe(0);
    const { checks } = JSON.parse(stdout) as { checks: { name: string; detail: string }[] };
    return checks.find(({ name }) => name === 'market')?.detail ?? '';
  }

  it('is told by `doctor`, with the age of the last price, and so is what stands in for it', async () => {
    expect(await marketLine()).toMatch(/live, prices streamed, the last \d+ ms old$/);
    venue.streams.fault = 'refused';
    expect(await marketLine()).toMatch(/prices by REST: nothing was streamed within 3 s$/);
    const { dials } = venue.streams;
    expect(await marketLine({ VIGIL_STREAMS: 'false' })).toMatch(/prices by REST: VIGIL_STREAMS is false$/);
    expect(venue.streams.dials).toBe(dials);
  });

  it('is asked and not listened to by a command that looks once', async () => {
    const { code, stderr } = await home.run(['cycle', '--json'], env());
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(venue.streams.dials).toBe(0);
  });

  it.each([
    ['tell', null],
    ['are silent', 'silent'],
    ['are refused', 'refused'],
  ] as const)(
    'lets a running desk stop cleanly while its streams %s, and says so at most once',
    async (_, fault) => {
      venue.streams.fault = fault;
      const desk = home.start(['start'], env({ CYCLE_INTERVAL_MS: '1000', LOG_LEVEL: 'info' }));
      await desk.said(/Vigil is up/);
      await vi.waitFor(() => expect(venue.streams.dials).toBeGreaterThanOrEqual(3), WAIT);
      if (fault === null) await desk.said(/"stream":"prices","msg":"a stream of the venue tells"/);
      if (fault === 'refused') await vi.waitFor(() => expect(venue.streams.dials).toBeGreaterThan(8), WAIT);
      desk.kill('SIGTERM');
      const { code, stdout, stderr } = await desk.ended;
      expect(code).toBe(0);
      expect(stderr).toMatch(/stopping…\nstopped\n$/);
      const told = stdout.split('\n').filter((line) => line.includes('"stream":"prices"'));
      expect(told).toHaveLength(fault === 'silent' ? 0 : 1);
      await vi.waitFor(() => expect(venue.streams.openConnections).toBe(0), WAIT);
    },
  );
});
