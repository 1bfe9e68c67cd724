import { describe, expect, it } from 'vitest';
import { candleAt, seriesOf, sliceSeries } from '#domain/candle.ts';
import { AppError, ERROR_RULES, toAppError } from '#domain/errors.ts';
import { seededRandom } from '#domain/ids.ts';
import { snapshotRef } from '#domain/market.ts';
import { DENIALS, DenialCode } from '#domain/proposal.ts';
import { isRiskApproved } from '#domain/risk-approved.ts';
import { isSealed, sealApproval } from '#domain/seal-approval.ts';
import { barOpenAtMs, canBuildFrom, isoTime, lastClosedOpenAtMs, Timeframe } from '#domain/time.ts';
import { BreakerLevel, graverLevel } from '#domain/trading-state.ts';

describe('a sealed approval', () => {
  it('is a frozen copy, and only that very object is sealed', () => {
    const order = { quantityBase: '1' };
    const sealed = sealApproval(order);
    expect(isSealed(sealed) && isRiskApproved(sealed) && Object.isFrozen(sealed)).toBe(true);
    expect([order, { ...sealed }, structuredClone(sealed), Object.create(sealed)].some(isSealed)).toBe(false);
    order.quantityBase = '1000';
    expect(sealed.quantityBase).toBe('1');
  });

  it('is not what a proxy or a prototype in front of it shows', () => {
    const sealed = sealApproval({ quantityBase: '1' });
    expect(isSealed(new Proxy(sealed, {}))).toBe(false);
    expect(isSealed(Object.setPrototypeOf({}, sealed))).toBe(false);
  });
});

describe('levels of the breaker', () => {
  it('combine to the graver one, in either order', () => {
    for (const left of BreakerLevel.options)
      for (const right of BreakerLevel.options) {
        expect(graverLevel(left, right)).toBe(graverLevel(right, left));
        expect([left, right]).toContain(graverLevel(left, right));
      }
    expect(graverLevel('tripped', 'clear')).toBe('tripped');
    expect(graverLevel('watch', 'clear')).toBe('watch');
  });
});

describe('time', () => {
  it('aligns bars to the epoch and counts a bar closed the instant the next one opens', () => {
    const noonMs = Date.UTC(2025, 3, 7, 12);
    expect(barOpenAtMs(noonMs + 179_999, '3m')).toBe(noonMs);
    expect(lastClosedOpenAtMs(noonMs, '4h')).toBe(Date.UTC(2025, 3, 7, 8));
    expect(lastClosedOpenAtMs(noonMs - 1, '4h')).toBe(Date.UTC(2025, 3, 7, 4));
    expect(isoTime(noonMs)).toBe('2025-04-07T12:00:00.000Z');
  });

  it('builds coarse bars only from finer ones that divide them', () => {
    expect(Timeframe.options.filter((fine) => canBuildFrom(fine, '15m'))).toEqual(['1m', '3m', '5m', '15m']);
    expect(canBuildFrom('5m', '3m')).toBe(false);
    expect(canBuildFrom('1h', '15m')).toBe(false);
  });
});

describe('candles', () => {
  const rows = [1, 2, 3].map((close) => ({
    openAtMs: close * 60_000,
    open: close,
    high: close,
    low: close,
    close,
    volume: 1,
  }));
  const series = seriesOf('BTC/USDT:USDT', '1m', rows);

  it('are read from either end, and null outside', () => {
    expect(candleAt(series, 0)).toEqual(rows[0]);
    expect(candleAt(series, -1)).toEqual(rows[2]);
    expect([candleAt(series, 3), candleAt(series, -4), candleAt(sliceSeries(series, 1, 1), 0)]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('are sliced as views of the same memory, within their bounds', () => {
    const tail = sliceSeries(series, 1);
    expect([tail.length, candleAt(tail, 0)]).toEqual([2, rows[1]]);
    expect(tail.close.buffer).toBe(series.close.buffer);
    expect([sliceSeries(series, -5, 99).length, sliceSeries(series, 2, 1).length]).toEqual([3, 0]);
  });

  it('are counted, not copied, in the reference of a snapshot', () => {
    const market = { symbol: series.symbol, series: new Map([['1m' as const, series]]) };
    const snapshot = {
      snapshotId: 's1',
      source: { kind: 'generator' as const, name: 'generator seed 7', synthetic: true },
      asOfMs: 240_000,
      fastTimeframe: '1m' as const,
      timeframes: ['1m' as const],
      faults: [],
    };
    const markets = new Map([[series.symbol, market]]) as unknown as Parameters<
      typeof snapshotRef
    >[0]['markets'];
    expect(snapshotRef({ ...snapshot, markets })).toEqual({
      ...snapshot,
      symbols: ['BTC/USDT:USDT'],
      bars: 3,
    });
  });
});

describe('seeded random numbers', () => {
  it('repeat with their seed, differ with another and lie in [0, 1)', () => {
    const draw = (seed: number) => {
      const source = seededRandom(seed);
      return Array.from({ length: 1_000 }, () => source.next());
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    expect(draw(7).every((value) => value >= 0 && value < 1)).toBe(true);
    const mean = draw(7).reduce((sum, value) => sum + value, 0) / 1_000;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.05);
  });
});

describe('failures', () => {
  it('keep their code, rule and cause', () => {
    const cause = new Error('socket closed');
    const failure = new AppError('venue_unavailable', 'binanceusdm did not answer', {
      cause,
      context: { venue: 'x' },
    });
    expect(failure).toMatchObject({
      code: 'venue_unavailable',
      cause,
      context: { venue: 'x' },
      rule: { status: 503, retryable: true },
    });
    expect(toAppError(failure)).toBe(failure);
    expect(toAppError('odd')).toMatchObject({ code: 'internal', message: 'odd', cause: 'odd' });
    expect(toAppError(cause)).toMatchObject({ code: 'internal', message: 'socket closed', cause });
  });

  it('never let an order of unknown outcome be tried again', () => {
    expect(ERROR_RULES.order_outcome_unknown.retryable).toBe(false);
    expect(ERROR_RULES.order_duplicate.retryable).toBe(false);
  });

  it('give every denial a code and a sentence', () => {
    expect(DenialCode.options).toEqual(Object.keys(DENIALS));
    for (const sentence of Object.values(DENIALS)) expect(sentence).toMatch(/^[A-Z].*\.$/);
    for (const name of ['__proto__', 'constructor', 'toString'])
      expect(DenialCode.safeParse(name).success).toBe(false);
  });
});
