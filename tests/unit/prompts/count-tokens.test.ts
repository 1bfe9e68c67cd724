import { expect, it } from 'vitest';
import { countText } from '#prompts/count-tokens.ts';

it.each([
  ['letters', 'a'],
  ['signs', '{{'],
  ['blanks', ' \n'],
  ['letters of another writing', 'щ'],
])('counts a text of one endless run of %s as one with breaks, part by part', async (_name, piece) => {
  const tokens = await countText(piece.repeat(60_000 / piece.length));
  expect(tokens).toBeGreaterThan(500);
  expect(tokens).toBeLessThanOrEqual(60_000);
});

it('counts words of any language as they are', async () => {
  expect(await countText('Close the position at the market.')).toBe(7);
});
