import { describe, expect, it } from 'vitest';
import { parseSearch } from '#domain/search-query.ts';
import { wordsIn } from '#domain/search-words.ts';

const words = (text: string) => [...wordsIn(text)].map(({ word }) => word);
const term = (...said: string[]) => ({ words: said, isPrefix: false });

describe('the words of a text', () => {
  it('are parted by all that is no letter or digit, and folded', () => {
    expect(words('BTC/USDT:USDT stop_missing take-profit “Märkte” ÜBER')).toEqual(
      'btc usdt usdt stop missing take profit märkte über'.split(' '),
    );
  });

  it('keep a number whole and a unit with its number', () => {
    expect(words('rsi14@4h 71.25%, 67,210.5 at 0.0005. 15m 1.5x')).toEqual([
      'rsi14',
      '4h',
      '71.25',
      '67,210.5',
      'at',
      '0.0005',
      '15m',
      '1',
      '5x',
    ]);
  });

  it('are no longer than an index can hold', () => {
    expect(words('x'.repeat(5_000))).toEqual(['x'.repeat(64)]);
  });

  it('say where they stand', () => {
    expect([...wordsIn('a, bc')].map(({ from, to }) => [from, to])).toEqual([
      [0, 1],
      [3, 5],
    ]);
  });
});

describe('a search as it is typed', () => {
  it('asks for all words, for exact words in quotes, and leaves out what has a minus', () => {
    expect(parseSearch('crowded "stop is wide" -fork -"no view"')).toEqual({
      alternatives: [[term('crowded'), term('stop', 'is', 'wide')]],
      excluded: [term('fork'), term('no', 'view')],
    });
  });

  it('takes or between words, and not as one where it stands alone', () => {
    expect(parseSearch('squeeze or spike OR')).toEqual({
      alternatives: [[term('squeeze')], [term('spike')]],
      excluded: [],
    });
  });

  it('takes a star as the rest of a word, from three letters on', () => {
    expect(parseSearch('liquid*')).toEqual({
      alternatives: [[{ words: ['liquid'], isPrefix: true }]],
      excluded: [],
    });
    expect(parseSearch('li*')).toContain('at least 3 letters');
  });

  it('reads a symbol and a code as words side by side', () => {
    expect(parseSearch('BTC/USDT stop_missing')).toMatchObject({
      alternatives: [[term('btc', 'usdt'), term('stop', 'missing')]],
    });
  });

  it.each([
    ['?? --', 'no word'],
    ['""', 'no word'],
    ['-fork', 'beside those to leave out'],
    ['a b c d e f g h i j k l m', 'at most 12'],
  ])('refuses %s', (text, why) => {
    expect(parseSearch(text)).toContain(why);
  });
});
