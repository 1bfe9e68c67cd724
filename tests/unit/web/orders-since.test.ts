import { expect, test } from 'vitest';
import { order } from '#tests/support/database-rows.ts';
import { latestOrders, sinceWords } from '../../../web/run/orders-since.ts';

const BNB = { symbol: 'BNB/USDT:USDT' } as const;
const RESTING = order('entry', { ...BNB, purpose: 'entry' });
const FILLED = order('entry', { ...BNB, purpose: 'entry', status: 'filled' });
const STOP = order('stop', { ...BNB, purpose: 'stop', status: 'cancelled' });
const TARGET = order('target', { ...BNB, purpose: 'target' });

test('orders are shown as last told, else as the record has them', () => {
  expect(latestOrders([RESTING, TARGET], [FILLED, STOP])).toEqual([FILLED, TARGET, STOP]);
  expect(latestOrders([RESTING], [])).toEqual([RESTING]);
});

test('what came of them since the record is told in words, and what rests still is not', () => {
  expect(sinceWords([RESTING], [FILLED, STOP, TARGET])).toBe('entry BNB filled, stop BNB cancelled');
  expect(sinceWords([FILLED], [FILLED])).toBe('');
});
