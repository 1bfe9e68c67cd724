import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEquityMarks } from '#db/repositories/equity-marks.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';

const MIDNIGHT_MS = Date.UTC(2025, 3, 8);
const NOON_MS = MIDNIGHT_MS + 12 * 3_600_000;

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(() => test.clear());
afterAll(() => test.drop());

describe('equity marks', () => {
  it('are unknown before the first cycle, whatever other desks have', async () => {
    await addPoints('other', [[MIDNIGHT_MS, '9']]);
    expect(await marksOf('desk')).toEqual({ dayStartQuote: null, peakQuote: null });
  });

  it('take the last equity before midnight for the start of the day, and the greatest number for the peak', async () => {
    await addPoints('desk', [
      [MIDNIGHT_MS - 7_200_000, '10200.50'],
      [MIDNIGHT_MS - 1, '9900.10'],
      [MIDNIGHT_MS, '9950'],
      [NOON_MS, '9800'],
    ]);
    expect(await marksOf('desk')).toEqual({ dayStartQuote: '9900.10', peakQuote: '10200.50' });
  });

  it('take the first equity of the day when the desk has none from before', async () => {
    await addPoints('desk', [
      [MIDNIGHT_MS, '10000'],
      [NOON_MS, '10001'],
    ]);
    expect(await marksOf('desk')).toEqual({ dayStartQuote: '10000', peakQuote: '10001' });
  });
});

function marksOf(deskId: string) {
  return createEquityMarks(test.database).of(deskId, NOON_MS);
}

async function addPoints(deskId: string, points: readonly (readonly [number, string])[]): Promise<void> {
  const { sql } = test.database;
  for (const [atMs, equity] of points)
    await sql`insert into equity_snapshots (desk_id, at_ms, equity_quote, balance_quote)
      values (${deskId}, ${atMs}, ${equity}, ${equity})`;
}
