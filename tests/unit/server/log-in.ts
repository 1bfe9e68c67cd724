/** Browsers that log in to an app that asks for a key. */
import { expect } from 'vitest';
import type { Api } from './http-support.ts';

export const KEY = 'the-control-key-0123';
export const READ_KEY = 'the-reading-key-0123';
export const PIN = '483920';
export const config = { apiKey: KEY, readKey: READ_KEY, pin: PIN, host: '0.0.0.0' };
export const OWN_PAGE = {
  host: 'desk.example',
  origin: 'https://desk.example',
  'sec-fetch-site': 'same-origin',
};

export interface LoggedIn {
  readonly cookie: string;
  readonly csrf: string;
  readonly attributes: string;
}

export async function logIn(api: Api, credential: object = { key: KEY }, headers = {}): Promise<LoggedIn> {
  const response = await api.send('POST', '/api/session', credential, { ...OWN_PAGE, ...headers });
  expect(response.status).toBe(200);
  const attributes = response.headers.get('set-cookie') ?? '';
  const { csrfToken } = (await response.json()) as { csrfToken: string };
  return { cookie: attributes.split(';')[0] ?? '', csrf: csrfToken, attributes };
}

export const asPage = ({ cookie, csrf }: LoggedIn) => ({ ...OWN_PAGE, cookie, 'x-csrf-token': csrf });
