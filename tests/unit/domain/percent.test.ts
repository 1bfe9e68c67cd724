import { expect, it } from 'vitest';
import { percentText } from '#domain/percent.ts';

it.each([
  [0.15, '15%'],
  [0.0304, '3.04%'],
  [0.123456, '12.35%'],
  [1, '100%'],
  [0, '0%'],
  [-0.005, '-0.5%'],
])('says the fraction %d as %s', (fraction, text) => {
  expect(percentText(fraction)).toBe(text);
});
