import { describe, expect, it } from 'vitest';
import { candleAt } from '#domain/candle.ts';
import { decodeCandles } from '#exchanges/replay/decode-candles.ts';

const FILE = {
  name: 'X_BTCUSDT_5m_20250101_20250101.csv',
  symbol: 'BTC/USDT:USDT',
  timeframe: '5m',
} as const;
const HEADER = 'open_time,open,high,low,close,volume';
const FIRST = '1735689600000,93548.8,93690,93514.2,93648.4,341.604';
const SECOND = '1735689900000,93648.3,93666.7,93576.9,93585.9,166.341';

function decode(...lines: string[]) {
  return decodeCandles(Buffer.from(lines.join('\n')), FILE);
}

describe('decodeCandles', () => {
  it('reads every number exactly, with and without a last line end', () => {
    const expected = {
      openAtMs: 1735689900000,
      open: 93648.3,
      high: 93666.7,
      low: 93576.9,
      close: 93585.9,
      volume: 166.341,
    };
    for (const lines of [
      [HEADER, FIRST, SECOND],
      [HEADER, FIRST, SECOND, '', ''],
    ]) {
      const series = decode(...lines);
      expect(series.length).toBe(2);
      expect(candleAt(series, 1)).toEqual(expected);
    }
  });

  it('reads Windows line ends, a byte order mark and columns beyond the six', () => {
    const series = decodeCandles(
      Buffer.from(`\uFEFF${HEADER},trades\r\n${FIRST},12\r\n${SECOND},7\r\n`),
      FILE,
    );
    expect(series.length).toBe(2);
    expect(candleAt(series, 0)?.volume).toBe(341.604);
  });

  it('reads the twelve columns of a Binance dump without a header', () => {
    const rest = ',1735689899999,31985437.1,7777,170.1,15930000.5,0';
    const series = decode(`${FIRST}${rest}`, `${SECOND}${rest}`);
    expect([...series.openAtMs]).toEqual([1735689600000, 1735689900000]);
  });

  it('reads the microseconds of newer Binance dumps', () => {
    const series = decode(FIRST.replace('1735689600000', '1735689600000000'));
    expect(series.openAtMs[0]).toBe(1735689600000);
  });

  it('keeps impossible prices for validation to judge', () => {
    expect(candleAt(decode(HEADER, '1735689600000,-1,0,5,1e-5,0'), 0)).toMatchObject({
      open: -1,
      high: 0,
      low: 5,
      close: 0.00001,
    });
  });

  it.each([
    ['a bad number', [HEADER, FIRST, SECOND.replace('93666.7', '93x')], 'line 3: high "93x" is not a number'],
    ['an empty field', [HEADER, FIRST.replace('93690', '')], 'line 2: high "" is not a number'],
    ['NaN', [HEADER, FIRST.replace('93690', 'NaN')], 'line 2: high "NaN" is not a number'],
    [
      'a point without digits before it',
      [HEADER, FIRST.replace('93690', '.5')],
      'line 2: high ".5" is not a number',
    ],
    [
      'a point without digits after it',
      [HEADER, FIRST.replace('93690', '5.')],
      'line 2: high "5." is not a number',
    ],
    ['a plus', [HEADER, FIRST.replace('93690', '+5')], 'line 2: high "+5" is not a number'],
    ['a blank', [HEADER, FIRST.replace('93690', ' 5')], 'line 2: high " 5" is not a number'],
    ['a lone minus', [HEADER, FIRST.replace('93690', '-')], 'line 2: high "-" is not a number'],
    ['a missing column', [HEADER, FIRST, '1735689900000,1,2,0.5,1'], 'line 3: 5 columns, expected 6'],
    ['a further column', [HEADER, FIRST, `${SECOND},9`], 'line 3: 7 columns, expected 6'],
    ['a cut last line', [HEADER, FIRST, '1735689900000,936'], 'line 3: 2 columns, expected 6'],
    ['an empty line inside', [HEADER, FIRST, '', SECOND], 'line 3: open_time "" is not a number'],
    [
      'bars out of order',
      [HEADER, SECOND, FIRST],
      'line 3: bar 2025-01-01T00:00:00.000Z is out of order: it follows 2025-01-01T00:05:00.000Z',
    ],
    ['a repeated bar', [HEADER, FIRST, FIRST], 'line 3: duplicate bar 2025-01-01T00:00:00.000Z'],
    [
      'an unaligned bar',
      [HEADER, FIRST.replace('600000', '660000')],
      'line 2: bar 2025-01-01T00:01:00.000Z is not aligned to 5m (300000 ms)',
    ],
    [
      'seconds',
      [HEADER, FIRST.replace('1735689600000', '1735689600')],
      'line 2: open_time 1735689600 is not',
    ],
    ['a foreign header', ['time,o,h,l,c,v', FIRST], 'line 1: the header begins with "time,o,h,l,c,v"'],
    [
      'a quoted header',
      [HEADER.replaceAll(/\w+/g, '"$&"'), FIRST],
      `line 1: quotes are not read: write the header as ${HEADER}`,
    ],
    ['a quoted first line', [FIRST.replaceAll(/[^,]+/g, '"$&"')], 'line 1: quotes are not read'],
    [
      'a quoted field',
      [HEADER, FIRST.replace('93690', '"93690"')],
      'line 2: high "93690" is quoted and quotes are not read: write a plain number',
    ],
    [
      'control characters in a field',
      [HEADER, FIRST.replace('93690', '\u001b[2J\u0007')],
      'line 2: high "\\x1b[2J\\x07" is not a number',
    ],
    [
      'control characters in a header',
      [HEADER.replace('high', 'hi\u001bgh')],
      'line 1: the header begins with "open_time,open,hi\\x1bgh,',
    ],
    ['too few columns', ['1735689600000,1,2'], 'line 1: 3 columns, expected at least 6'],
    ['an empty file', [''], 'line 1: the file is empty'],
    ['a header alone', [HEADER, ''], 'line 2: there is no candle in the file'],
  ])('refuses %s with file, line and reason', (_what, lines, words) => {
    expect(() => decode(...lines)).toThrow(
      expect.objectContaining({
        code: 'candle_file_malformed',
        message: expect.stringContaining(`${FILE.name}, ${words}`),
      }),
    );
  });
});
