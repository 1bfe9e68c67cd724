import { describe, expect, it } from 'vitest';
import { readFileName } from '#exchanges/replay/candle-file-name.ts';

describe('readFileName', () => {
  it('reads venue, symbol, interval and whole days', () => {
    expect(readFileName('BINANCEUSDM_BTCUSDT_5m_20250101_20260124.csv.gz')).toEqual({
      kind: 'candles',
      name: 'BINANCEUSDM_BTCUSDT_5m_20250101_20260124.csv.gz',
      venue: 'BINANCEUSDM',
      symbol: 'BTC/USDT:USDT',
      timeframe: '5m',
      fromMs: Date.UTC(2025, 0, 1),
      toMs: Date.UTC(2026, 0, 25),
    });
  });

  it('reads dates with hyphens and plain CSV', () => {
    expect(readFileName('KRAKEN_BTCUSDC_1h_2025-01-01_2025-01-31.csv')).toMatchObject({
      symbol: 'BTC/USDC:USDC',
      fromMs: Date.UTC(2025, 0, 1),
      toMs: Date.UTC(2025, 1, 1),
    });
  });

  it('reads the monthly and daily names of Binance’s own dumps', () => {
    expect(readFileName('ETHUSDT-1m-2024-12.csv')).toMatchObject({
      venue: 'BINANCE',
      symbol: 'ETH/USDT:USDT',
      timeframe: '1m',
      fromMs: Date.UTC(2024, 11, 1),
      toMs: Date.UTC(2025, 0, 1),
    });
    expect(readFileName('ETHUSDT-1m-2024-12-31.csv.gz')).toMatchObject({
      fromMs: Date.UTC(2024, 11, 31),
      toMs: Date.UTC(2025, 0, 1),
    });
  });

  it('tells funding files from candle files', () => {
    expect(readFileName('BINANCEUSDM_BTCUSDT_funding_20250101_20260124.csv.gz')).toMatchObject({
      kind: 'funding',
      symbol: 'BTC/USDT:USDT',
    });
  });

  it.each([
    ['MANIFEST.csv', 'not a candle file'],
    ['README.md', 'not a candle file'],
    ['BTCUSDT-5m-2025-01.zip', 'not a candle file'],
    ['BINANCEUSDM_BTCUSDT-MARK_1h_20250101_20260124.csv.gz', 'mark or index price, not trades'],
    ['BINANCECOINM_AAVEUSD_PERP_1m_20251010_20251010.csv.gz', 'not a linear symbol'],
    ['FTX_BTC-PERP_1m_20220101_20220201.csv.gz', 'not a linear symbol'],
    ['BINANCEUSDM_BTCUSDT_bookDepth_20251010_20251010.csv.gz', '"bookDepth" is not an interval Vigil reads'],
    ['GEMINI_BTCUSD_1s_20251010_20251010.csv.gz', '"1s" is not an interval Vigil reads'],
    ['BINANCEUSDM_BTCUSDT_5m_20260101_20250101.csv.gz', 'dates that run backwards'],
  ])('ignores %s and says why', (name, reason) => {
    expect(readFileName(name)).toEqual({ kind: 'ignored', reason });
  });
});
