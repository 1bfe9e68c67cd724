import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '#domain/time.ts';
import { createWantedSymbols } from '#exchanges/ccxt/wanted-symbols.ts';

const [BTC, ETH, SOL] = ['BTC/USDT:USDT', 'ETH/USDT:USDT', 'SOL/USDT:USDT'] as const;

describe('wanted symbols', () => {
  it('are those asked about up to ten minutes before the newest question', () => {
    let nowMs = 0;
    const wanted = createWantedSymbols({ nowMs: () => nowMs });
    wanted.ask(ETH);
    wanted.ask(BTC);
    nowMs = 10 * MINUTE_MS;
    wanted.ask(BTC);
    expect(wanted.current()).toEqual([BTC, ETH]);
    nowMs += 1;
    wanted.ask(SOL);
    expect(wanted.current()).toEqual([BTC, SOL]);
  });

  it('stay for a desk that asks once an hour', () => {
    let nowMs = 0;
    const wanted = createWantedSymbols({ nowMs: () => nowMs });
    wanted.ask(BTC);
    nowMs = 60 * MINUTE_MS;
    expect(wanted.current()).toEqual([BTC]);
  });

  it('are those with a listener for as long as it listens, and never none again', () => {
    const wanted = createWantedSymbols({ nowMs: () => 0 });
    expect(wanted.current()).toEqual([]);
    const release = wanted.hold([ETH]);
    const other = wanted.hold([SOL, ETH]);
    other();
    expect(wanted.current()).toEqual([ETH]);
    release();
    expect(wanted.current()).toEqual([ETH]);
    wanted.ask(BTC);
    expect(wanted.current()).toEqual([BTC]);
  });
});
