import { expect, it } from 'vitest';
import { AppError } from '#domain/errors.ts';
import { keyDoubt } from '#exchanges/ccxt/key-rights.ts';
import { fakeSession } from '#tests/support/fake-venue-session.ts';

const rightsOf = (rights: object) =>
  keyDoubt(fakeSession({ sapiGetAccountApiRestrictions: async () => rights }));

it('takes a key that may trade futures and not withdraw', async () => {
  expect(await rightsOf({ enableWithdrawals: false, enableFutures: true })).toBeNull();
});

it.each([true, 'true'])('refuses a key that may withdraw, told as %j', async (enableWithdrawals) => {
  await expect(rightsOf({ enableWithdrawals, enableFutures: true })).rejects.toMatchObject({
    code: 'config_invalid',
    message: expect.stringContaining('EXCHANGE_API_KEY may withdraw'),
  });
});

it('refuses a key that may not trade futures', async () => {
  await expect(rightsOf({ enableWithdrawals: false, enableFutures: false })).rejects.toMatchObject({
    code: 'config_invalid',
    message: expect.stringContaining('may not trade futures'),
  });
});

it('leaves the doubt to a person where the venue cannot be asked', async () => {
  const sapiGetAccountApiRestrictions = async () => {
    throw new AppError('venue_unavailable', 'binanceusdm gave no rights of the key');
  };
  expect(await keyDoubt(fakeSession({ sapiGetAccountApiRestrictions }))).toContain(
    'what the key may do could not be read (binanceusdm gave no rights of the key)',
  );
});

it('leaves the doubt to a person on a venue that does not tell', async () => {
  expect(await keyDoubt(fakeSession({}, { exchangeId: 'elsewhere' }))).toContain('elsewhere does not tell');
});

it('lets a fault of our own through', async () => {
  const sapiGetAccountApiRestrictions = () => Promise.reject(new TypeError('ours'));
  await expect(keyDoubt(fakeSession({ sapiGetAccountApiRestrictions }))).rejects.toThrow(TypeError);
});
