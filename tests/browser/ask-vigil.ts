/** What a test asks of a staged Vigil beside the pages. */
import { vi } from 'vitest';
import type { ListedRun } from '#domain/run.ts';
import type { Page } from '../../web/api/types.ts';
import type { StagedVigil } from './staged-vigil.ts';

type Asked = Pick<StagedVigil, 'url'> & {
  /** Of a Vigil that asks who is there. */
  readonly key?: string;
};

const PATIENCE = { timeout: 60_000, interval: 100 };

/** A GET without a body, else a POST. */
export async function askVigil<Answer>({ url, key }: Asked, path: string, body?: object): Promise<Answer> {
  const headers = { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) };
  const post = body && { method: 'POST', body: JSON.stringify(body) };
  const answer = await fetch(`${url}${path}`, { headers, ...post });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Answer;
}

/** The first row of a list, once there is one. */
export function firstOf<Row>(vigil: Asked, path: string): Promise<Row> {
  return vi.waitFor(async () => {
    const [row] = (await askVigil<Page<Row>>(vigil, path)).items;
    if (row === undefined) throw new Error(`${path} has no row`);
    return row;
  }, PATIENCE);
}

/** The newest run that fits, once there is one and it has finished. */
export function finishedRun(vigil: Asked, query: string): Promise<ListedRun> {
  return firstOf<ListedRun>(vigil, `/api/runs?${query}&status=finished&limit=1`);
}
