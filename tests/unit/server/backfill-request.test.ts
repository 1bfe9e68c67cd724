import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import { backfillRequest, spanOfBars } from '#server/cli/backfill-request.ts';
import { readConfig } from '#server/config.ts';

const START_MS = Date.UTC(2025, 0, 1);
const OPTIONS = { timeframe: '1m', from: '2025-01-01', json: false };

const requestOf = (options: object = {}, env: Record<string, string> = {}) =>
  backfillRequest({ ...OPTIONS, ...options }, readConfig(env));

describe('what a backfill is asked for', () => {
  it('comes from the configuration where the command line is silent', () => {
    const env = { VIGIL_MARKET: 'bybit', VIGIL_SYMBOLS: 'SOL' };
    expect(requestOf({}, env)).toEqual({
      venue: 'bybit',
      symbols: ['SOL/USDT:USDT'],
      timeframe: '1m',
      fromMs: START_MS,
      toMs: null,
    });
    const options = { market: 'okx', symbols: 'eth', to: '2025-01-02T03:00:00+01:00' };
    expect(requestOf(options, env)).toMatchObject({
      venue: 'okx',
      symbols: ['ETH/USDT:USDT'],
      toMs: START_MS + 26 * HOUR_MS,
    });
  });

  it('is the default pool of Binance when prices come from a replay', () => {
    const { venue, symbols } = requestOf();
    expect(venue).toBe('binanceusdm');
    expect(symbols).toHaveLength(6);
  });

  it.each([
    [{ market: 'replay' }, /--market replay .*binanceusdm/],
    [{ timeframe: '7m' }, /--timeframe "7m" is not one of 1m, 3m, 5m/],
    [{ from: 'yesterday' }, /--from "yesterday" must be a UTC time such as/],
    [{ to: '2025-13-01' }, /--to "2025-13-01" must be a UTC time such as/],
    [{ to: '2025-01-01' }, /--from 2025-01-01\S+ is not before --to 2025-01-01/],
    [{ to: '2024-12-31' }, /--from 2025-01-01\S+ is not before --to 2024-12-31/],
    [{ symbols: ' ,' }, /names no symbol/],
  ])('is refused as a command line when it is %j', (options, says) => {
    expect(() => requestOf(options)).toThrow(
      expect.objectContaining({ code: 'usage_invalid', message: expect.stringMatching(says) }),
    );
  });
});

describe('the bars of a span', () => {
  const request = { ...requestOf(), timeframe: '3m' } as const;
  const minute = (count: number) => START_MS + count * MINUTE_MS;

  it('are whole ones that have closed', () => {
    const asked = { ...request, fromMs: minute(1), toMs: minute(14) };
    expect(spanOfBars(asked, minute(60))).toEqual({ fromMs: minute(3), toMs: minute(12) });
    expect(spanOfBars(asked, minute(11))).toEqual({ fromMs: minute(3), toMs: minute(9) });
    expect(spanOfBars({ ...asked, toMs: null }, minute(7))).toEqual({ fromMs: minute(3), toMs: minute(6) });
  });

  it('are none while the first of them is open', () => {
    expect(spanOfBars({ ...request, fromMs: minute(1) }, minute(2))).toEqual({
      fromMs: minute(3),
      toMs: minute(3),
    });
  });

  it('cannot begin in the future', () => {
    expect(() => spanOfBars({ ...request, fromMs: minute(9) }, minute(8))).toThrow(
      expect.objectContaining({
        code: 'usage_invalid',
        message: expect.stringContaining('lies in the future'),
      }),
    );
  });
});
