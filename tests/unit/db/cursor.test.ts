import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor, pageOf } from '#db/cursor.ts';

describe('a cursor', () => {
  it('gives back what it was made of, whatever the id', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.string(), (atMs, id) => {
        expect(decodeCursor(encodeCursor([atMs, id]))).toEqual([atMs, id]);
      }),
    );
  });

  it.each([
    '',
    'x',
    'W10',
    Buffer.from('[1,2]').toString('base64url'),
    Buffer.from('["1","a"]').toString('base64url'),
  ])('is refused when it is not ours: %j', (cursor) => {
    expect(() => decodeCursor(cursor)).toThrow(expect.objectContaining({ code: 'request_invalid' }));
  });
});

describe('pageOf', () => {
  const positionOf = (row: number) => [row, 'id'] as [number, string];

  it('has a cursor of its last row when there is more', () => {
    const page = pageOf([3, 2, 1], 2, positionOf);
    expect(page.items).toEqual([3, 2]);
    expect(decodeCursor(page.nextCursor ?? '')).toEqual([2, 'id']);
  });

  it('has none when it is the last', () => {
    expect(pageOf([3, 2], 2, positionOf)).toEqual({ items: [3, 2], nextCursor: null });
    expect(pageOf([], 2, positionOf).nextCursor).toBeNull();
  });
});
