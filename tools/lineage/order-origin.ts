import type { LineageOrder } from '#domain/lineage.ts';

/** Under these names the desk keeps orders it made in its own name or a person's, each for one position. */
const NAMED = /^(custody|person):(.+)$/;

/** The position an order was made for in custody's name or a person's; null for one a run decided on. */
export function positionNamed(runId: string): string | null {
  return NAMED.exec(runId)?.[2] ?? null;
}

/** Every name under which orders for a position are kept beside those of runs. */
export function namesOfPosition(positionId: string): string[] {
  return [`custody:${positionId}`, `person:${positionId}`];
}

export function originOf(runId: string): Pick<LineageOrder, 'origin' | 'runId'> {
  const [, name] = NAMED.exec(runId) ?? [];
  if (name === 'custody' || name === 'person') return { origin: name, runId: null };
  return { origin: 'run', runId };
}
