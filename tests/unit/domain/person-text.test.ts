import { describe, expect, it } from 'vitest';
import { Question, Reason } from '#domain/person-text.ts';

const complaint = (text: string) => Reason.safeParse(text).error?.issues[0]?.message;

describe('what a person writes', () => {
  it('is taken in any language, on several lines, without the spaces around it', () => {
    expect(Reason.parse('  out for lunch ')).toBe('out for lunch');
    expect(Reason.parse('שלום\nمرحبا\t👩‍🚀')).toBe('שלום\nمرحبا\t👩‍🚀');
  });

  it('is refused over its limit, which the message tells', () => {
    expect(Reason.safeParse('x'.repeat(300)).success).toBe(true);
    expect(complaint('x'.repeat(301))).toBe('must not be longer than 300 characters');
    expect(Question.safeParse('x'.repeat(2_000)).success).toBe(true);
    expect(Question.safeParse('x'.repeat(2_001)).success).toBe(false);
  });

  it('is refused when nobody could see it', () => {
    for (const text of ['', '  ', '\u200b', '\u2060\u00ad'])
      expect(complaint(text)).toBe('must not be blank');
  });

  it.each(['\u0000', '\u0007', '\u001b[31m', '\u007f', '\u009b'])(
    'is refused with control character %j',
    (sign) => {
      expect(complaint(`halt ${sign} now`)).toBe('must not hold control characters');
    },
  );

  it.each(['\u202a', '\u202b', '\u202c', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068', '\u2069'])(
    'is refused with %j, which turns the text around it',
    (sign) => {
      expect(complaint(`halt ${sign}won`)).toBe('must not hold characters that turn the direction of text');
    },
  );

  it('is refused with half a surrogate pair', () => {
    expect(complaint('half \ud83d')).toBe('must not hold half of a surrogate pair');
  });
});
