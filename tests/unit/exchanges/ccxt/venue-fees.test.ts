import { expect, it } from 'vitest';
import { MINUTE_MS } from '#domain/time.ts';
import { createVenueFees } from '#exchanges/ccxt/venue-fees.ts';
import { fakeSession } from '#tests/support/fake-venue-session.ts';

const SYMBOL = 'BTC/USDT:USDT';

/** BNB costs 600, and ten more with every question. */
function feesOf(last: (asked: number) => number | undefined = (asked) => 590 + 10 * asked) {
  const asked: string[] = [];
  const clock = { atMs: 0 };
  const fetchTicker = async (pair: string) => {
    asked.push(pair);
    return { last: last(asked.length) };
  };
  const session = fakeSession({ fetchTicker }, { nowMs: () => clock.atMs });
  return { fees: createVenueFees(session), asked, clock };
}

it.each([
  ['0.0123', 'USDT', '0.0123'],
  ['-0.5', 'USDT', '-0.5'],
  ['0', 'BNB', '0'],
])('leaves a fee of %s %s as it is and asks for no price', async (fee, feeCurrency, feeQuote) => {
  const { fees, asked } = feesOf();
  expect(await fees.quoteOf({ fee, feeCurrency }, SYMBOL)).toBe(feeQuote);
  expect(asked).toEqual([]);
});

it('counts a fee in another currency, a rebate too, at a price asked for once a minute', async () => {
  const { fees, asked, clock } = feesOf();
  const inBnb = (fee: string) => fees.quoteOf({ fee, feeCurrency: 'BNB' }, SYMBOL);
  expect(await Promise.all([inBnb('0.00012345'), inBnb('-0.001')])).toEqual(['0.07407', '-0.6']);
  clock.atMs = MINUTE_MS;
  expect(await inBnb('0.001')).toBe('0.61');
  expect(asked).toEqual(['BNB/USDT:USDT', 'BNB/USDT:USDT']);
});

it.each([undefined, 0])('fails where the venue tells %s for the price, naming the pair', async (last) => {
  const { fees } = feesOf(() => last);
  await expect(fees.quoteOf({ fee: '0.1', feeCurrency: 'BNB' }, SYMBOL)).rejects.toMatchObject({
    code: 'venue_unavailable',
    message: expect.stringContaining('BNB/USDT:USDT'),
  });
});
