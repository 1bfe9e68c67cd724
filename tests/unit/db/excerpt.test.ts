import { describe, expect, it } from 'vitest';
import { excerptOf } from '#db/search/excerpt.ts';
import { wordVectorOf } from '#db/search/word-vectors.ts';
import { parseSearch } from '#domain/search-query.ts';

function excerpt(text: string, query: string) {
  const search = parseSearch(query);
  if (typeof search === 'string') throw new Error(search);
  const found = excerptOf(text, search.alternatives.flat());
  return found && { ...found, marks: found.marks.map(({ from, to }) => found.text.slice(from, to)) };
}

describe('an excerpt', () => {
  it('holds a short text whole, with every place marked, whatever its case', () => {
    expect(excerpt('Funding is crowded.\nFUNDING', 'funding')).toEqual({
      text: 'Funding is crowded. FUNDING',
      marks: ['Funding', 'FUNDING'],
    });
  });

  it('is cut between words around the first place', () => {
    const found = excerpt(`${'before '.repeat(50)}here ${'after '.repeat(80)}`, 'here');
    expect(found?.text).toMatch(/^… (before )+here (after )+…$/);
    expect(found?.text.length).toBeLessThan(230);
  });

  it('marks whole words only, phrases over line ends, and beginnings as they go on', () => {
    expect(excerpt('fundings', 'funding')).toBeNull();
    expect(excerpt('the stop\n is, wide', '"stop is wide"')?.marks).toEqual(['stop  is, wide']);
    expect(excerpt('liquidation', 'liq*')?.marks).toEqual(['liquidation']);
    expect(excerpt('at 1x25 or 1.25', '1.25')?.marks).toEqual(['1.25']);
  });

  it('never ends in half of a character', () => {
    const found = excerpt(`${'😀'.repeat(100)} word ${'😀'.repeat(200)}`, 'word');
    expect(found?.text).not.toMatch(/\p{Surrogate}/u);
  });
});

describe('a vector of words', () => {
  it('keeps places apart from text to text, so that no phrase is read across', () => {
    expect(wordVectorOf([{ text: 'one two' }, { text: 'three' }], ['#ab'])).toBe(
      "'#ab' 'one':1 'two':2 'three':5",
    );
  });

  it('leaves the numbers of a table out and their places in', () => {
    expect(wordVectorOf([{ text: 'rsi14 71.2 up', withoutNumbers: true }])).toBe("'rsi14':1 'up':3");
  });

  it('ends where the database can count no further', () => {
    expect(wordVectorOf([{ text: `${'a '.repeat(16_000)}late` }])).not.toContain('late');
  });
});
