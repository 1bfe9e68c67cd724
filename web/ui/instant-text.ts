/** An instant as an address holds it and as the browser's field of a date wants it, both in UTC. */

/** Without its zone; empty where there is none or it is no instant. */
export function shownInstant(value: string | undefined): string {
  const atMs = /^\d+$/.test(value ?? '') ? Number(value) : Date.parse(value ?? '');
  return Number.isFinite(atMs) ? new Date(atMs).toISOString().slice(0, 16) : '';
}

export function typedInstant(text: string): string {
  return text === '' ? '' : `${text}Z`;
}
