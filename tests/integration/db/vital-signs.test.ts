import { expect, it } from 'vitest';
import { createVitalSigns } from '#db/repositories/vital-signs.ts';
import { createTestDatabase } from '#tests/support/test-database.ts';

it('tells the database’s time, and whether anybody holds a lock', async () => {
  const test = await createTestDatabase();
  try {
    const signs = createVitalSigns(test.database);
    const before = await signs.read('guard:market');
    expect(before.isHeld).toBe(false);
    expect(Math.abs(before.nowMs - Date.now())).toBeLessThan(3_600_000);
    await test.database.sql.begin(async (sql) => {
      await sql`select pg_advisory_xact_lock(hashtextextended('guard:market', 0))`;
      expect((await signs.read('guard:market')).isHeld).toBe(true);
      expect((await signs.read('guard:other')).isHeld).toBe(false);
    });
    expect((await signs.read('guard:market')).isHeld).toBe(false);
  } finally {
    await test.drop();
  }
});
