import { expect, it } from 'vitest';
import { AppError } from '#domain/errors.ts';
import { createAccountSettings } from '#exchanges/ccxt/account-settings.ts';
import { loadVenue } from '#exchanges/ccxt/load-venue.ts';
import { watchReplies } from '#exchanges/ccxt/wire-replies.ts';
import { fakeSession, type VenueAnswer } from '#tests/support/fake-venue-session.ts';

const SYMBOL = 'BTC/USDT:USDT';

/** What a session throws when the venue refuses with this number. */
async function refused(code: number): Promise<AppError> {
  const exchange = await loadVenue({ exchangeId: 'binanceusdm' });
  watchReplies(exchange, () => {});
  const body = { code, msg: 'words' };
  try {
    exchange.handleErrors(400, '', 'https://venue.example', 'POST', {}, JSON.stringify(body), body, {}, '');
  } catch (cause) {
    return new AppError('venue_unavailable', 'binanceusdm gave no change of settings', { cause });
  }
  throw new Error(`ccxt takes ${code} for an answer`);
}

function settingsOf(answers: Readonly<Record<string, VenueAnswer>> = {}) {
  const calls: string[] = [];
  const noted = Object.entries<VenueAnswer>({
    setMarginMode: async () => ({}),
    setLeverage: async () => ({}),
    fetchLeverages: async () => ({ [SYMBOL]: { longLeverage: 7 } }),
    fetchPositionMode: async () => ({ hedged: false }),
    ...answers,
  }).map(([name, answer]) => [
    name,
    (...asked: never[]) => {
      calls.push(`${name} ${asked.join(' ')}`.trim());
      return answer(...asked);
    },
  ]);
  return { settings: createAccountSettings(fakeSession(Object.fromEntries(noted))), calls };
}

it('sets isolated margin and leverage before an entry, and not again while they stand', async () => {
  const { settings, calls } = settingsOf();
  await settings.prepareEntry(SYMBOL, 5);
  await settings.prepareEntry(SYMBOL, 5);
  await settings.prepareEntry(SYMBOL, 3);
  expect(calls).toEqual([
    `setMarginMode isolated ${SYMBOL}`,
    `setLeverage 5 ${SYMBOL}`,
    `setLeverage 3 ${SYMBOL}`,
  ]);
  expect(await settings.leverageOf(SYMBOL)).toBe(3);
});

it.each([-4046, -4059])('takes %d, no need to change, for done', async (code) => {
  const failure = await refused(code);
  const { settings } = settingsOf({ setMarginMode: () => Promise.reject(failure) });
  await settings.prepareEntry(SYMBOL, 5);
  expect(await settings.leverageOf(SYMBOL)).toBe(5);
});

it('refuses the entry whose margin mode cannot be set, and tries again with the next', async () => {
  const failure = await refused(-4048);
  let isRefused = true;
  const { settings, calls } = settingsOf({
    setMarginMode: () => (isRefused ? Promise.reject(failure) : Promise.resolve({})),
  });
  await expect(settings.prepareEntry(SYMBOL, 5)).rejects.toMatchObject({
    code: 'order_rejected',
    message: 'binanceusdm gave no change of settings, so the entry was not sent',
  });
  isRefused = false;
  await settings.prepareEntry(SYMBOL, 5);
  expect(calls.filter((call) => call.startsWith('setMarginMode'))).toHaveLength(2);
});

it('sets the leverage anew after a position has shown another', async () => {
  const { settings, calls } = settingsOf();
  await settings.prepareEntry(SYMBOL, 5);
  settings.learnLeverage(SYMBOL, 20);
  await settings.prepareEntry(SYMBOL, 5);
  expect(calls.filter((call) => call.startsWith('setLeverage'))).toHaveLength(2);
});

it('asks once for a leverage and for the position mode', async () => {
  const { settings, calls } = settingsOf({ fetchPositionMode: async () => ({ hedged: true }) });
  expect([await settings.leverageOf(SYMBOL), await settings.leverageOf(SYMBOL)]).toEqual([7, 7]);
  expect([await settings.isHedged(), await settings.isHedged()]).toEqual([true, true]);
  expect(calls).toEqual([`fetchLeverages ${SYMBOL}`, 'fetchPositionMode']);
});
