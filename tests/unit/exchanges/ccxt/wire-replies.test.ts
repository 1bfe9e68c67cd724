import type { Exchange } from 'ccxt';
import { expect, it } from 'vitest';
import { loadVenue } from '#exchanges/ccxt/load-venue.ts';
import { refusalOf, type WireReply, watchReplies } from '#exchanges/ccxt/wire-replies.ts';

async function watched(): Promise<{ exchange: Exchange; replies: WireReply[] }> {
  const exchange = await loadVenue({ exchangeId: 'binanceusdm' });
  const replies: WireReply[] = [];
  watchReplies(exchange, (reply) => replies.push(reply));
  return { exchange, replies };
}

function handle(exchange: Exchange, httpStatus: number, body: string, response?: unknown): unknown {
  const headers = { 'X-MBX-USED-WEIGHT-1M': '12' };
  try {
    exchange.handleErrors(httpStatus, '', 'https://venue.example', 'GET', headers, body, response, {}, '');
    return null;
  } catch (thrown) {
    return thrown;
  }
}

it.each([
  ['{"retCode":110007,"retMsg":"ab not enough"}', 110_007, 'ab not enough'],
  ['{"code":"51008","msg":"Insufficient"}', 51_008, 'Insufficient'],
  ['{"code":"n/a","msg":3}', null, null],
  ['{"code":null,"msg":""}', null, null],
  ['{"orderId":5}', null, null],
  ['[{"code":-1}]', null, null],
  ['<html>', null, null],
  ['', null, null],
])('reads the code and the words of %s', async (body, venueCode, venueText) => {
  const { exchange, replies } = await watched();
  handle(exchange, 200, body);
  expect(replies).toMatchObject([{ httpStatus: 200, venueCode, venueText }]);
  expect(replies[0]?.headers['X-MBX-USED-WEIGHT-1M']).toBe('12');
});

it('remembers with an error the reply it was made of', async () => {
  const { exchange, replies } = await watched();
  const thrown = handle(exchange, 400, '{"code":-2019,"msg":"Margin is insufficient."}', {
    code: -2019,
    msg: 'Margin is insufficient.',
  });
  expect(refusalOf(thrown)).toBe(replies[0]);
  expect(refusalOf(thrown)).toMatchObject({ httpStatus: 400, venueCode: -2019 });
});

it('remembers the status of an error made of the status alone', async () => {
  const { exchange } = await watched();
  const makeError = () =>
    exchange.handleHttpStatusCode(502, 'Bad Gateway', 'https://venue.example', 'GET', '<html>');
  let thrown: unknown;
  try {
    makeError();
  } catch (caught) {
    thrown = caught;
  }
  expect(refusalOf(thrown)).toMatchObject({ httpStatus: 502, venueCode: null, venueText: null });
});

it.each([new Error('no reply came'), 'text', null, undefined])('knows no reply of %s', (thrown) => {
  expect(refusalOf(thrown)).toBeNull();
});
