import * as ccxt from 'ccxt';
import { expect, it } from 'vitest';
import { BINANCE_RULES } from '#exchanges/ccxt/dialects/binance.ts';
import { loadVenue } from '#exchanges/ccxt/load-venue.ts';
import { CLASS_RULES, failureRule } from '#exchanges/ccxt/venue-failure.ts';
import { watchReplies } from '#exchanges/ccxt/wire-replies.ts';

/** What ccxt throws for such a reply. */
async function thrownFor(exchangeId: string, httpStatus: number, body: string): Promise<unknown> {
  const exchange = await loadVenue({ exchangeId });
  watchReplies(exchange, () => {});
  const url = 'https://venue.example/order';
  try {
    const response = body.startsWith('{') ? JSON.parse(body) : undefined;
    exchange.handleErrors(httpStatus, 'reason', url, 'POST', {}, body, response, {}, '');
    exchange.handleHttpStatusCode(httpStatus, 'reason', url, 'POST', body);
  } catch (thrown) {
    return thrown;
  }
  throw new Error(`ccxt takes ${httpStatus} ${body} for an answer`);
}

it.each([
  ['an unknown error', 503, '{"msg":"Unknown error, please check your request or try again later."}'],
  ['a service that is down', 503, '{"msg":"Service Unavailable."}'],
  ['the page of a gateway', 502, '<html>Bad Gateway</html>'],
  ['an unexpected response', 500, '{"code":-1006,"msg":"An unexpected response was received."}'],
  ['a time-out behind the door', 408, '{"code":-1007,"msg":"Timeout waiting for response from backend."}'],
  ['a disconnection inside', 400, '{"code":-1001,"msg":"Internal error."}'],
])('leaves the outcome of an order on Binance unknown after %s', async (_what, status, body) => {
  expect(failureRule(await thrownFor('binanceusdm', status, body), 'binanceusdm')).toEqual({
    code: 'venue_unavailable',
    outcome: 'unknown',
  });
});

it.each([
  ['too little margin', 400, -2019, 'order_rejected'],
  ['a stop that would fire at once', 400, -2021, 'order_rejected'],
  ['a number nobody has written down', 400, -4999, 'order_rejected'],
  ['an id in use', 400, -4116, 'order_duplicate'],
  ['an order it does not know', 400, -2013, 'order_not_found'],
  ['a symbol it does not know', 400, -1121, 'symbol_unknown'],
  ['a key it does not know', 401, -2015, 'venue_auth'],
  ['a wrong signature', 400, -1022, 'venue_auth'],
  ['a wrong time', 400, -1021, 'clock_skew'],
  ['too many orders', 429, -1015, 'venue_unavailable'],
  ['overload', 503, -1008, 'venue_unavailable'],
  ['a ban', 418, -1003, 'venue_unavailable'],
])('knows that Binance did nothing after %s', async (_what, status, number, code) => {
  const body = JSON.stringify({ code: number, msg: 'words' });
  const thrown = await thrownFor('binanceusdm', status, body);
  expect(failureRule(thrown, 'binanceusdm')).toEqual({ code, outcome: 'nothing' });
});

it('knows that nothing was done after a refusal for load without a body', async () => {
  expect(failureRule(await thrownFor('binanceusdm', 429, ''), 'binanceusdm').outcome).toBe('nothing');
});

it('takes the meaning of a number from the venue it belongs to', async () => {
  const thrown = await thrownFor('bybit', 200, '{"retCode":10003,"retMsg":"API key is invalid."}');
  expect(failureRule(thrown, 'bybit')).toEqual({ code: 'venue_auth', outcome: 'nothing' });
});

it.each([
  ['the bare error of a cut body', new TypeError('terminated')],
  ['a text', 'text'],
  ['nothing', undefined],
])('leaves the outcome unknown after %s', (_what, thrown) => {
  expect(failureRule(thrown, 'binanceusdm').outcome).toBe('unknown');
});

it('takes no class of ccxt’s errors under which an order may stand for a refusal', () => {
  const all = Object.values(ccxt) as unknown[];
  const classes = all.filter(
    (one): one is typeof ccxt.BaseError =>
      typeof one === 'function' && one.prototype instanceof ccxt.BaseError,
  );
  const unknown = classes.filter((made) => failureRule(new made('words'), 'bybit').outcome === 'unknown');
  expect(unknown.map(({ name }) => name).sort()).toEqual([
    'BadResponse',
    'CancelPending',
    'ExchangeNotAvailable',
    'NetworkError',
    'NullResponse',
    'OperationFailed',
    'RequestTimeout',
    'UnsubscribeError',
  ]);
});

it('names classes ccxt has, and numbers that refuse no order for what it says', () => {
  for (const name of Object.keys(CLASS_RULES)) expect(ccxt).toHaveProperty(name);
  for (const { code } of Object.values(BINANCE_RULES)) expect(code).not.toBe('order_rejected');
});

it.each([
  ['bybit', 200, { retCode: 110001, retMsg: 'words' }, 'order_not_found', 'nothing'],
  ['bybit', 200, { retCode: 110072, retMsg: 'words' }, 'order_duplicate', 'nothing'],
  ['bybit', 200, { retCode: 110007, retMsg: 'words' }, 'order_rejected', 'nothing'],
  ['bybit', 200, { retCode: 110999, retMsg: 'words' }, 'order_rejected', 'nothing'],
  ['bybit', 200, { retCode: 10002, retMsg: 'words' }, 'clock_skew', 'nothing'],
  ['bybit', 200, { retCode: 10004, retMsg: 'words' }, 'venue_auth', 'nothing'],
  ['bybit', 200, { retCode: 10006, retMsg: 'words' }, 'venue_unavailable', 'nothing'],
  ['bybit', 200, { retCode: 10000, retMsg: 'Server Timeout' }, 'venue_unavailable', 'unknown'],
  ['bybit', 200, { retCode: 10016, retMsg: 'Server error.' }, 'venue_unavailable', 'unknown'],
  ['okx', 200, { code: '51603', msg: 'words', data: [] }, 'order_not_found', 'nothing'],
  ['okx', 401, { code: '50113', msg: 'words', data: [] }, 'venue_auth', 'nothing'],
  ['okx', 200, { code: '50102', msg: 'words', data: [] }, 'clock_skew', 'nothing'],
  ['okx', 429, { code: '50011', msg: 'words', data: [] }, 'venue_unavailable', 'nothing'],
  ['okx', 200, { code: '50004', msg: 'words', data: [] }, 'venue_unavailable', 'unknown'],
  ['okx', 200, { code: '50026', msg: 'words', data: [] }, 'venue_unavailable', 'unknown'],
  [
    'okx',
    200,
    { code: '1', msg: '', data: [{ sCode: '51016', sMsg: 'words' }] },
    'order_duplicate',
    'nothing',
  ],
  [
    'okx',
    200,
    { code: '1', msg: '', data: [{ sCode: '51008_1000', sMsg: 'words' }] },
    'order_rejected',
    'nothing',
  ],
  ['okx', 200, { code: '1', msg: 'words', data: [] }, 'venue_unavailable', 'unknown'],
  ['okx', 429, { code: '50013', msg: 'words', data: [] }, 'venue_unavailable', 'unknown'],
  ['okx', 500, { code: '51054', msg: 'words', data: [] }, 'venue_unavailable', 'unknown'],
  ['okx', 200, { code: '51149', msg: 'Order timed out', data: [] }, 'venue_unavailable', 'unknown'],
  ['okx', 200, { code: '52999', msg: 'words', data: [] }, 'venue_unavailable', 'unknown'],
  ['okx', 200, { code: '51280', msg: 'words', data: [] }, 'order_rejected', 'nothing'],
])('reads by the number what %s says with %s %j', async (exchangeId, status, reply, code, outcome) => {
  const thrown = await thrownFor(exchangeId, status, JSON.stringify(reply));
  expect(failureRule(thrown, exchangeId)).toEqual({ code, outcome });
});
