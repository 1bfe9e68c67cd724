import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors.ts';
import { assetClassOf, baseOf, MarketSymbol, parseSymbol, quoteOf, venueSymbol } from '#domain/symbol.ts';

describe('a symbol as people type it', () => {
  it.each([
    ['btc', 'BTC/USDT:USDT'],
    ['BTCUSDT', 'BTC/USDT:USDT'],
    ['BTC/USDT', 'BTC/USDT:USDT'],
    ['btc-usdt', 'BTC/USDT:USDT'],
    ['BTC/USDT:USDT', 'BTC/USDT:USDT'],
    ['  eth \n', 'ETH/USDT:USDT'],
    ['ETHUSDC', 'ETH/USDC:USDC'],
    ['BTCUSD', 'BTC/USD:USD'],
    ['1000PEPEUSDT', '1000PEPE/USDT:USDT'],
    ['USDC', 'USDC/USDT:USDT'],
  ])('"%s" is %s', (text, symbol) => {
    expect(parseSymbol(text)).toBe(symbol);
  });

  it.each([
    'ВТС',
    'ВТС/USDT:USDT',
    'BТC',
    'BTC/USDT:USDТ',
    'ＢＴＣ',
    'ΒTC',
    'BTC\u200b',
    'ſol',
    '\u212aSM',
    '',
    ' ',
    '/',
    '-',
    'BTC/',
    '/USDT',
    'BTC/U',
    'BTC/USDT:',
    'BTC/USDT/USDT',
    'BTC-USDT-PERP',
    'BTC USDT',
    'BTC/USDT:USDT;DROP',
    'ABCDEFGHIJKLMNOPQRSTU',
    'ABCDEFGHIJKLMNOPQRSTU/USDT',
    'BTC/ABCDEFGHIJK',
    '__proto__',
  ])('refuses "%s" by its code', (text) => {
    const thrown = () => parseSymbol(text);
    expect(thrown).toThrow(AppError);
    expect(thrown).toThrow(expect.objectContaining({ code: 'symbol_invalid', context: { symbol: text } }));
  });
});

describe('a market symbol', () => {
  it('tells its base, its quote, its form at a venue and its class', () => {
    const parts = (symbol: MarketSymbol) => [
      baseOf(symbol),
      quoteOf(symbol),
      venueSymbol(symbol),
      assetClassOf(symbol),
    ];
    expect(parts('BTC/USDT:USDT')).toEqual(['BTC', 'USDT', 'BTCUSDT', 'major']);
    expect(parts('ETH/USDC:USDC')).toEqual(['ETH', 'USDC', 'ETHUSDC', 'major']);
    expect(parts('1000PEPE/USDT:USDT')).toEqual(['1000PEPE', 'USDT', '1000PEPEUSDT', 'alt']);
    expect(assetClassOf('BTCDOM/USDT:USDT')).toBe('alt');
  });

  it.each(['BTC/USDT', 'btc/usdt:usdt', 'BTC/USDT:USDT\n', ' BTC/USDT:USDT', 'ВТС/USDT:USDT', '/USDT:USDT'])(
    'does not look like "%s"',
    (text) => {
      expect(MarketSymbol.safeParse(text).success).toBe(false);
    },
  );
});
