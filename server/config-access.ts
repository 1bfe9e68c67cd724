/** Who may call: the variables of keys, PIN and proxies, and what must agree among them. */
import { isIP } from 'node:net';
import { defaulted, matching, optional, type VariableAbout } from './config-fields.ts';
import { isLoopbackHost } from './http/loopback.ts';

export interface AccessConfig {
  /** Reads and changes. Null: nobody is asked for anything, and only this machine is served. */
  readonly apiKey: string | null;
  /** Reads alone. */
  readonly readKey: string | null;
  /** Opens a browser session that may do everything. */
  readonly pin: string | null;
  /** Addresses whose X-Forwarded headers are believed. */
  readonly trustedProxies: readonly string[];
}

const section = 'Web and API';
const key = () => matching(/^[\x21-\x7e]{16,200}$/, '16 to 200 printable characters without spaces');
const secret = { section, secret: true } satisfies Partial<VariableAbout>;

export const ACCESS_VARIABLES = {
  HOST: defaulted(matching(/^[A-Za-z0-9.:_-]{1,253}$/, 'an address or host name to listen on'), {
    section,
    description: 'Address to listen on. Anything but loopback needs API_KEY.',
    fallback: '127.0.0.1',
  }),
  API_KEY: optional(key(), {
    ...secret,
    description:
      'Key that every call must carry, or every browser session begin with; it may do everything. Required when HOST is not loopback.',
  }),
  API_READ_KEY: optional(key(), {
    ...secret,
    description: 'A second key that may read and change nothing. Needs API_KEY.',
  }),
  VIGIL_PIN: optional(matching(/^\d{6,12}$/, '6 to 12 digits'), {
    ...secret,
    description:
      'PIN by which a browser may log in instead of with API_KEY; wrong ones are answered ever more slowly. Needs API_KEY.',
  }),
  VIGIL_TRUSTED_PROXY: optional(
    matching(/^[0-9A-Fa-f.:]+(\s*,\s*[0-9A-Fa-f.:]+)*$/, 'IP addresses separated by commas'),
    {
      section,
      description:
        'Addresses of reverse proxies whose X-Forwarded-For, -Host and -Proto are believed. None: those headers mean nothing.',
    },
  ),
};

type Given = Partial<Record<keyof typeof ACCESS_VARIABLES, string>>;

/** Each variable that does not agree with another, and what is allowed. */
export function* disorderedAccess(given: Given): Generator<readonly [keyof typeof ACCESS_VARIABLES, string]> {
  const host = given.HOST?.trim() ?? '127.0.0.1';
  const apiKey = given.API_KEY?.trim();
  if (!isLoopbackHost(host) && apiKey === undefined)
    yield ['API_KEY', `is required when HOST is ${host}: set it, or listen on 127.0.0.1`];
  if (apiKey === undefined)
    for (const name of ['API_READ_KEY', 'VIGIL_PIN'] as const)
      if (given[name] !== undefined) yield [name, 'needs API_KEY: without it nobody is asked for anything'];
  if (apiKey !== undefined && given.API_READ_KEY?.trim() === apiKey)
    yield ['API_READ_KEY', 'must differ from API_KEY: it may only read'];
  if (proxiesOf(given.VIGIL_TRUSTED_PROXY).some((address) => isIP(address) === 0))
    yield ['VIGIL_TRUSTED_PROXY', 'must be IP addresses separated by commas'];
}

export function accessOf(env: Given): AccessConfig {
  return {
    apiKey: env.API_KEY ?? null,
    readKey: env.API_READ_KEY ?? null,
    pin: env.VIGIL_PIN ?? null,
    trustedProxies: proxiesOf(env.VIGIL_TRUSTED_PROXY),
  };
}

function proxiesOf(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address !== '');
}
