/**
 * OKX takes letters and digits alone, at most 32 of them. What else stands in an id of ours is written as an escape, so
 * that each id has one text and each text one id.
 */
import type { ClientIds } from '../venue-dialect.ts';

const VENUE_ID = /^[A-Za-z0-9]{1,32}$/;
const ESCAPE = 'Z';
/** What follows the escape, and what it stands for. */
const ESCAPED: Readonly<Record<string, string>> = {
  Z: 'Z',
  '0': '-',
  '1': '_',
  '2': '.',
  '3': ':',
  '4': '/',
};
const SIGNS = new Map(Object.entries(ESCAPED).map(([sign, meant]) => [meant, sign]));

export const OKX_CLIENT_IDS: ClientIds = {
  toVenue(clientOrderId) {
    const written = Array.from(clientOrderId, (letter) => {
      const sign = SIGNS.get(letter);
      return sign === undefined ? letter : ESCAPE + sign;
    }).join('');
    return VENUE_ID.test(written) ? written : null;
  },
  toOurs(venueText) {
    if (!VENUE_ID.test(venueText) || !/^(?:[^Z]|Z[Z0-4])+$/.test(venueText)) return null;
    return venueText.replace(/Z(.)/g, (_, sign: string) => ESCAPED[sign] ?? '');
  },
};
