import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { writeAudit } from '#db/repositories/audit.ts';
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
  it('are unknown before the first point, whatever other desks have', async () => {
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

  it('count what was added between the cycles', async () => {
    await addPoints('desk', [[MIDNIGHT_MS - 7_200_000, '10000']]);
    await add('desk', { atMs: MIDNIGHT_MS - 1, equityQuote: '10400.5', balanceQuote: '10000' });
    await add('desk', { atMs: NOON_MS - 1, equityQuote: '10900', balanceQuote: '10000' });
    expect(await marksOf('desk')).toEqual({ dayStartQuote: '10400.5', peakQuote: '10900' });
    expect(await marksOf('other')).toEqual({ dayStartQuote: null, peakQuote: null });
  });

  it('keep the higher of two points of one instant, by its number', async () => {
    for (const equityQuote of ['9900', '10001', '10000'])
      await add('desk', { atMs: NOON_MS, equityQuote, balanceQuote: '10000' });
    expect((await marksOf('desk')).peakQuote).toBe('10001');
  });

  describe('of a desk that a person has armed', () => {
    const points = [
      [MIDNIGHT_MS - 7_200_000, '12000'],
      [MIDNIGHT_MS, '9000'],
      [MIDNIGHT_MS + 60_000, '9100'],
      [NOON_MS, '9050'],
    ] as const;

    it('take the peak from what was left then, by the desk’s own arming or its market’s', async () => {
      await addPoints('desk', points);
      expect((await marksOf('desk')).peakQuote).toBe('12000');
      await addArming('desks of replay', MIDNIGHT_MS + 30_000, ['other', 'desk']);
      expect(await marksOf('desk')).toEqual({ dayStartQuote: '12000', peakQuote: '9100' });
      await addArming('desk:desk', NOON_MS + 1, ['desk']);
      expect((await marksOf('desk')).peakQuote).toBe('9050');
    });

    it('heed no arming of another desk or market, none that changed nothing, and none but a person’s', async () => {
      await addPoints('desk', points);
      await addArming('desks of binanceusdm', NOON_MS, ['desk']);
      await addArming('desks of replay', NOON_MS, ['other']);
      await addArming('desk:desk', NOON_MS, []);
      await addArming('desk:desk', NOON_MS, ['desk'], 'breaker:guard');
      expect((await marksOf('desk')).peakQuote).toBe('12000');
    });

    it('take the peak of all where it was armed before its first cycle', async () => {
      await addArming('desk:desk', MIDNIGHT_MS - 86_400_000, ['desk']);
      await addPoints('desk', points);
      expect((await marksOf('desk')).peakQuote).toBe('12000');
    });
  });
});

async function addArming(
  subject: string,
  atMs: number,
  desks: readonly string[],
  actor = 'a person',
): Promise<void> {
  await writeAudit(test.database.orm, {
    actor,
    action: 'trading.arm',
    subject,
    details: { to: 'active', reason: 'go on', atMs, desks },
  });
}

const equityMarks = () => createEquityMarks(test.database, { marketKey: 'replay' });
const marksOf = (deskId: string) => equityMarks().of(deskId, NOON_MS);
const add: ReturnType<typeof equityMarks>['add'] = (...point) => equityMarks().add(...point);

async function addPoints(deskId: string, points: readonly (readonly [number, string])[]): Promise<void> {
  const { sql } = test.database;
  for (const [atMs, equity] of points)
    await sql`insert into equity_snapshots (desk_id, at_ms, equity_quote, balance_quote)
      values (${deskId}, ${atMs}, ${equity}, ${equity})`;
}
