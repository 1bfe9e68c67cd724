import { expect, it } from 'vitest';
import { AppError } from '#domain/errors.ts';
import { apiWith, expectProblem } from './http-support.ts';

it('answers for the desks of this market, or the named one, and for no other', async () => {
  const asked: unknown[] = [];
  const ofTrade = async (id: string, deskIds: readonly string[]) => {
    asked.push([id, deskIds]);
    throw new AppError('not_found', `there is no trade or open position "${id}"`);
  };
  const ofRun = async () => {
    throw new AppError('not_found', 'there is no run');
  };
  const { get } = apiWith({ lineage: { ofTrade, ofRun, sources: async () => [] } });
  await expectProblem(await get('/api/trades/BTC%2FUSDT%3AUSDT%239/lineage'), 'not_found');
  await expectProblem(await get('/api/trades/t1/lineage?deskId=desk_1'), 'not_found');
  await expectProblem(await get('/api/trades/t1/lineage?deskId=desk_9'), 'not_found');
  await expectProblem(await get('/api/runs/none/lineage'), 'not_found');
  expect(asked).toEqual([
    ['BTC/USDT:USDT#9', ['desk_1']],
    ['t1', ['desk_1']],
  ]);
});
