import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonText, storableText } from '#db/schema/columns.ts';

describe('jsonText', () => {
  it('replaces NUL and lone surrogates, which Postgres refuses', () => {
    expect(jsonText({ text: 'a\0b\ud800c\udc00' })).toBe('{"text":"a\\ufffdb\\ufffdc\\ufffd"}');
  });

  it('leaves a backslash before u0000 and whole surrogate pairs alone', () => {
    const value = { text: '\\u0000 \\\\u0000 😀 \u001f' };
    expect(JSON.parse(jsonText(value))).toEqual(value);
  });

  it('makes null of undefined', () => {
    expect(jsonText(undefined)).toBe('null');
  });

  it('gives any well-formed value without NUL back as it was', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'grapheme', maxDepth: 3 }), (value) => {
        expect(JSON.parse(jsonText(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('storableText', () => {
  it('replaces NUL only', () => {
    expect(storableText('a\0b\n😀')).toBe('a\ufffdb\n😀');
  });
});
