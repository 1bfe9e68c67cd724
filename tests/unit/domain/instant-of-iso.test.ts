import { describe, expect, it } from 'vitest';
import { instantOfIso } from '#domain/time.ts';

describe('an instant as a person writes it', () => {
  it.each([
    ['2025-04-07', Date.UTC(2025, 3, 7)],
    ['2024-02-29', Date.UTC(2024, 1, 29)],
    ['2025-04-07T12:00', Date.UTC(2025, 3, 7, 12)],
    ['2025-04-07T12:00:00.5Z', Date.UTC(2025, 3, 7, 12, 0, 0, 500)],
    ['2025-04-07T00:30+02:00', Date.UTC(2025, 3, 6, 22, 30)],
    ['1970-01-01', 0],
  ])('reads %s, as UTC unless it says otherwise', (text, atMs) => {
    expect(instantOfIso(text)).toBe(atMs);
  });

  it.each([
    '2025-02-30',
    '2025-02-29T12:00Z',
    '2025-04-31',
    '2025-13-01',
    '1969-12-31',
    '-1',
    'Feb 3 2025',
    '',
  ])('does not take %o for another day', (text) => {
    expect(instantOfIso(text)).toBeNull();
  });
});
