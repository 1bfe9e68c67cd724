import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '#server/config.ts';
import { generatorKey, marketsNamedBy, replayKey } from '#server/engine/market-key.ts';

const DATA = '/candles/that/are/away';
const replay = (over: Record<string, string> = {}) => readConfig({ VIGIL_DATA: DATA, ...over });
const keyOf = (over: Record<string, string> = {}) => replayKey('BINANCEUSDM', replay(over).market);

describe('the key of a market', () => {
  it('is the same whatever the order and the spelling of its symbols', () => {
    const key = keyOf({ VIGIL_SYMBOLS: 'BTC,ETH,SOL' });
    expect(keyOf({ VIGIL_SYMBOLS: 'sol,ETHUSDT,BTC/USDT:USDT,BTC' })).toBe(key);
    expect(keyOf({ VIGIL_SYMBOLS: 'ETH,BTC' })).toBe(keyOf());
  });

  it('is another one for other symbols, another start, another folder or another venue', () => {
    const others = [
      keyOf({ VIGIL_SYMBOLS: 'BTC' }),
      keyOf({ VIGIL_FROM: '2025-01-01' }),
      keyOf({ VIGIL_DATA: '/elsewhere' }),
      replayKey('BYBIT', replay().market),
    ];
    expect(new Set([keyOf(), ...others]).size).toBe(5);
  });

  it('stays while the folder is away', () => {
    const folder = mkdtempSync(join(tmpdir(), 'vigil-candles-'));
    const there = keyOf({ VIGIL_DATA: folder });
    rmSync(folder, { recursive: true });
    expect(keyOf({ VIGIL_DATA: folder })).toBe(there);
  });
});

describe('the markets an environment names', () => {
  const known = [
    keyOf(),
    replayKey('BYBIT', replay().market),
    'generator-7',
    'binanceusdm',
    'live-binanceusdm-1a',
  ];
  const live = {
    VIGIL_MARKET: 'binanceusdm',
    VIGIL_MODE: 'live',
    VIGIL_LIVE_ACK: 'real-money',
    EXCHANGE_API_KEY: 'some-key',
    EXCHANGE_SECRET: 'some-secret',
  };

  it.each([
    [{ VIGIL_SEED: '7' }, ['generator-7']],
    [{ VIGIL_SEED: '8' }, []],
    [{ VIGIL_DATA: DATA, VIGIL_DATA_VENUE: 'binanceusdm' }, [keyOf()]],
    [{ VIGIL_DATA: DATA }, known.slice(0, 2)],
    [{ VIGIL_DATA: DATA, VIGIL_SYMBOLS: 'SOL' }, []],
    [{ VIGIL_MARKET: 'binanceusdm' }, ['binanceusdm']],
    [live, ['live-binanceusdm-1a']],
  ])('are for %j: %j', (environment, named) => {
    expect(marketsNamedBy(readConfig(environment), known)).toEqual(named);
  });

  it('are found by the key the generator is opened with', () => {
    const config = readConfig({ VIGIL_SEED: '7', VIGIL_FROM: '2025-01-01' });
    const key = generatorKey(config.market);
    expect(marketsNamedBy(config, [key, 'generator-7'])).toEqual([key]);
  });
});
