import { expect, vi } from 'vitest';
import { PATIENT } from './patience.ts';

/** Asks for a cycle over HTTP until the desk starts one: its first tick may be running its own, and one at a time is the rule. */
export function askCycle(
  url: string | null | undefined,
  deskId: string,
): Promise<{ readonly runId: string }> {
  return vi.waitFor(async () => {
    const answer = await fetch(`${url}/api/desks/${encodeURIComponent(deskId)}/cycles`, { method: 'POST' });
    const body = (await answer.json()) as { runId: string };
    expect({ status: answer.status, body }).toMatchObject({
      status: 202,
      body: { runId: expect.any(String) },
    });
    return body;
  }, PATIENT);
}
