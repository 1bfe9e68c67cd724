import { isIPv4 } from 'node:net';

/** Whether a host name or address can only mean this machine. Takes no port; brackets of IPv6 are allowed. */
export function isLoopbackHost(host: string): boolean {
  const name = host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
  return name === 'localhost' || name === '::1' || (isIPv4(name) && name.startsWith('127.'));
}

/** The host of a Host header without its port; null when it is not one. */
export function hostOf(header: string): string | null {
  return /^(\[[0-9a-fA-F:.]+\]|[^:[\]/\s@]+)(:\d{1,5})?$/.exec(header)?.[1] ?? null;
}
