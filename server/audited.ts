import { type AuditEntry, PERSON } from '#domain/audit.ts';
import { toAppError } from '#domain/errors.ts';
import type { AuditPort } from './api-deps.ts';

export type Act = Pick<AuditEntry, 'action' | 'subject'> & {
  readonly details: object;
  /** `a person` when absent: whoever acts over HTTP. */
  readonly actor?: string;
};

/** What a person asked for that changes no row of its own: kept with what came of it, a failure too. */
export async function audited<Answer>(
  audit: Pick<AuditPort, 'write'>,
  { details, actor = PERSON, ...act }: Act,
  work: () => Promise<Answer>,
  told: (answer: Answer) => object,
): Promise<Answer> {
  const write = (more: object) => audit.write({ ...act, actor, details: { ...details, ...more } });
  const answer = await work().catch(async (thrown: unknown) => {
    const { code, message } = toAppError(thrown);
    await write({ failed: { code, message } });
    throw thrown;
  });
  await write(told(answer));
  return answer;
}
