import { describe, expect, it } from 'vitest';
import { createSecretHider, HIDDEN } from '#domain/secrets.ts';

const KNOWN = 'configured-secret-1';
const hider = createSecretHider([KNOWN, 'short']);

describe('a text', () => {
  it.each([
    [`the key is ${KNOWN}.`, `the key is ${HIDDEN}.`],
    ['sk-proj-0123456789abcdefXYZ failed', `${HIDDEN} failed`],
    ['AKIAIOSFODNN7EXAMPLE', HIDDEN],
    ['postgres://vigil:hunter2@db/vigil', `postgres://${HIDDEN}@db/vigil`],
    ['GET https://x/fapi?symbol=A&signature=0a1b2c', `GET https://x/fapi?symbol=A&signature=${HIDDEN}`],
    ['Authorization: Bearer abcdefghij0123456789', `Authorization: Bearer ${HIDDEN}`],
    ['api_key = "abcdef0123456789"', `api_key = "${HIDDEN}"`],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3.abc_def', HIDDEN],
    ['logged in with PIN 483920.', `logged in with PIN ${HIDDEN}.`],
    ['VIGIL_PIN=48392017', `VIGIL_PIN=${HIDDEN}`],
    ['sent {"pin":"483920"}', `sent {"pin":"${HIDDEN}"}`],
    ['{\\"pin\\":\\"483920\\"}', `{\\"pin\\":\\"${HIDDEN}\\"}`],
    ['-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----', HIDDEN],
  ])('%j becomes %j, as one field', (given, expected) => {
    expect(hider.text(given)).toEqual({ value: expected, hidden: 1 });
  });

  it.each([
    'a basic analysis, a short squeeze, the token price of SOL: 142.5',
    'BTC/USDT:USDT at 81,234.50 with 12,345 output tokens',
    'vgl-3f9c2a7b1e4d5f60718293a4b5c6d7e8',
    'see https://example.com/a@b?page=2',
    'the secret: patience',
    'a pin bar at 483920, and spin 483920 of mapping: 123456',
  ])('%j stays', (text) => {
    expect(hider.text(text)).toEqual({ value: text, hidden: 0 });
  });

  it('of a megabyte is read in time, whatever it is made of', () => {
    for (const part of ['a', 'token=', 'x://', 'eyJ.', 'bearer ', '"api_key": ', 'pin '])
      expect(hider.text(part.repeat(1_000_000 / part.length)).value.length).toBeGreaterThan(0);
  });
});

describe('a value', () => {
  it('without a secret is the very same', () => {
    const value = { outputTokens: 12, token: null, legs: [{ clientOrderId: 'vgl-1', price: '81000' }] };
    expect(hider.value(value).value).toBe(value);
  });

  it('loses what stands under a secret’s name or looks like one, counted by field', () => {
    const value = {
      a: [{ apiKey: 'x' }, { note: `uses ${KNOWN}` }],
      'X-Api-Key': 'y',
      cookie: '',
      pin: '483920',
    };
    expect(hider.value(value)).toEqual({
      value: {
        a: [{ apiKey: HIDDEN }, { note: `uses ${HIDDEN}` }],
        'X-Api-Key': HIDDEN,
        cookie: '',
        pin: HIDDEN,
      },
      hidden: 4,
    });
    expect(value.a[0]).toEqual({ apiKey: 'x' });
  });

  it('loses a secret that stands as a key, and keeps what stands under it', () => {
    const value = { levels: { [`held ${KNOWN}`]: 1, 'sk-proj-0123456789abcdefXYZ': { rsi14: 61 } } };
    expect(hider.value(value)).toEqual({
      value: { levels: { [`held ${HIDDEN}`]: 1, [HIDDEN]: { rsi14: 61 } } },
      hidden: 2,
    });
  });

  it('loses a secret that JSON writes otherwise than it is', () => {
    const quoted = 'pass"word\\1';
    const own = createSecretHider([quoted]);
    for (const text of [quoted, JSON.stringify({ said: quoted })])
      expect(own.text(text).value).not.toMatch(/pass.*word/);
  });

  it('is not counted twice when it is hidden again', () => {
    const once = hider.value({ secret: 'x', text: `key ${KNOWN}` }).value;
    expect(hider.value(once)).toEqual({ value: once, hidden: 0 });
  });
});
