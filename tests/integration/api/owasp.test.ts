/** What a stranger on the network may try, against a whole Vigil that asks for a key. Nothing may get through. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  codeOf,
  fault,
  type GuardedVigil,
  get,
  inTurns,
  KEY,
  PIN,
  READ_KEY,
  startGuardedVigil,
  withHeaders,
} from '../../support/attacks/guarded-vigil.ts';
import {
  type ApiDocument,
  attacksOn,
  type Known,
  type Operation,
  operationsOf,
  plainRequest,
} from '../../support/attacks/operations.ts';

let guarded: GuardedVigil;
let document: ApiDocument;
let operations: Operation[];
let known: Known;

beforeAll(async () => {
  guarded = await startGuardedVigil();
  document = JSON.parse((await guarded.wire.send(get('/openapi.json'))).body) as ApiDocument;
  operations = operationsOf(document);
  known = (path, name) => {
    if (path.startsWith('/api/desks/') && name === 'id') return guarded.vigil.container.defaultDeskId;
    if (path.startsWith('/api/prompts/') && name === 'name') return 'scanner';
    return undefined;
  };
}, 120_000);
afterAll(() => guarded?.stop(), 120_000);

async function logIn(credential: object = { pin: PIN }): Promise<{ cookie: string; csrf: string }> {
  const answer = await guarded.wire.send({
    method: 'POST',
    path: '/api/session',
    headers: {},
    body: JSON.stringify(credential),
  });
  expect(answer.status).toBe(200);
  return {
    cookie: answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '',
    csrf: (JSON.parse(answer.body) as { csrfToken: string }).csrfToken,
  };
}

describe('whoever may not', () => {
  async function cases(): Promise<
    readonly (readonly [string, Record<string, string>, 'all' | 'changes', string])[]
  > {
    const [ended, other, reader] = [await logIn(), await logIn(), await logIn({ key: READ_KEY })];
    const live = await logIn();
    await guarded.wire.send({
      method: 'DELETE',
      path: '/api/session',
      headers: { cookie: ended.cookie, 'x-csrf-token': ended.csrf },
      body: null,
    });
    const over = await logIn();
    await guarded.test.database.sql`update sessions set expires_at_ms = 1 where session_id = (
      select session_id from sessions order by created_at_ms desc limit 1)`;
    const [cookieName] = live.cookie.split('=');
    const forged = `${cookieName}=${'A'.repeat(43)}`;
    return [
      ['without a key', {}, 'all', 'unauthorized'],
      ['with a wrong key', { authorization: `Bearer ${KEY}x` }, 'all', 'unauthorized'],
      ['with an empty key', { 'x-api-key': '' }, 'all', 'unauthorized'],
      ['with a key as Basic', { authorization: `Basic ${btoa(`vigil:${KEY}`)}` }, 'all', 'unauthorized'],
      ['with the PIN as a key', { 'x-api-key': PIN }, 'all', 'unauthorized'],
      ['with a forged session', { cookie: forged }, 'all', 'unauthorized'],
      ['with a session’s id', { cookie: `${cookieName}=session_1` }, 'all', 'unauthorized'],
      [
        'with an ended session, replayed',
        { cookie: ended.cookie, 'x-csrf-token': ended.csrf },
        'all',
        'unauthorized',
      ],
      [
        'with a session that is over',
        { cookie: over.cookie, 'x-csrf-token': over.csrf },
        'all',
        'unauthorized',
      ],
      ['with the key for reading', { 'x-api-key': READ_KEY }, 'changes', 'forbidden'],
      [
        'with a session for reading',
        { cookie: reader.cookie, 'x-csrf-token': reader.csrf },
        'changes',
        'forbidden',
      ],
      ['without a token', { cookie: live.cookie }, 'changes', 'forbidden'],
      [
        'with another session’s token',
        { cookie: live.cookie, 'x-csrf-token': other.csrf },
        'changes',
        'forbidden',
      ],
      [
        'from another origin',
        { cookie: live.cookie, 'x-csrf-token': live.csrf, origin: 'https://evil.example' },
        'changes',
        'forbidden',
      ],
      [
        'by a form of another site',
        {
          cookie: live.cookie,
          origin: 'https://evil.example',
          'sec-fetch-site': 'cross-site',
          'content-type': 'application/x-www-form-urlencoded',
        },
        'changes',
        'forbidden',
      ],
      [
        'from a sandboxed frame',
        { cookie: live.cookie, 'x-csrf-token': live.csrf, origin: 'null' },
        'changes',
        'forbidden',
      ],
    ];
  }

  it('is refused by every operation, and nothing has changed', async () => {
    const before = await guarded.test.database
      .sql`select count(*)::int as rows from audit_log where action not like 'session.%'`;
    const through: string[] = [];
    const counts: Record<string, number> = {};
    for (const [who, headers, of, code] of await cases())
      for (const operation of operations.filter(
        ({ scope }) => scope !== null && (of === 'all' || scope === 'control'),
      )) {
        const answer = await guarded.wire.send(
          withHeaders(plainRequest(operation, known, document), headers),
        );
        counts[who] = (counts[who] ?? 0) + 1;
        const wrong = fault(answer) ?? (codeOf(answer) === code ? null : `answered ${codeOf(answer)}`);
        if (wrong !== null) through.push(`${who}: ${operation.method} ${operation.path} ${wrong}`);
      }
    process.stdout.write(`refused callers: ${JSON.stringify(counts)}, through: ${through.length}\n`);
    expect(through).toEqual([]);
    expect(
      await guarded.test.database
        .sql`select count(*)::int as rows from audit_log where action not like 'session.%'`,
    ).toEqual(before);
  }, 300_000);

  it('finds nothing open but what says so', () => {
    const open = operations
      .filter(({ scope }) => scope === null)
      .map(({ method, path }) => `${method} ${path}`);
    expect(open.sort()).toEqual([
      'GET /api/session',
      'GET /docs',
      'GET /healthz',
      'GET /openapi.json',
      'GET /readyz',
      'POST /api/session',
    ]);
  });

  it('guesses PINs ever more slowly, all at once too', async () => {
    const guesses = Array.from({ length: 60 }, (_, guess) =>
      guarded.wire.send({
        method: 'POST',
        path: '/api/session',
        headers: {},
        body: JSON.stringify({ pin: String(100_000 + guess) }),
      }),
    );
    const codes = (await Promise.all(guesses)).map(codeOf);
    expect(codes.filter((code) => code === 'unauthorized').length).toBeLessThanOrEqual(12);
    expect(codes.filter((code) => code === 'rate_limited').length).toBeGreaterThanOrEqual(48);
    const byKey = await guarded.wire.send({
      method: 'POST',
      path: '/api/session',
      headers: {},
      body: JSON.stringify({ key: KEY }),
    });
    expect(codeOf(byKey)).toBe('rate_limited');
    await guarded.test.database.sql`delete from log_in_attempts`;
  });
});

describe('an injection', () => {
  it('into any parameter or field of any operation, by who may do everything, does nothing but what it says', async () => {
    const through: string[] = [];
    const counts = { tried: 0, refused: 0, takenAsText: 0, cut: 0 };
    const kinds: Record<string, number> = {};
    for (const operation of operations) {
      await inTurns(attacksOn(operation, known, document), async ({ place, payload, request }) => {
        counts.tried += 1;
        kinds[payload.kind] = (kinds[payload.kind] ?? 0) + 1;
        const answer = await guarded.wire.send(withHeaders(request, { 'x-api-key': KEY })).catch(() => null);
        // A request of a megabyte is cut off while it is still sent.
        if (answer === null && payload.kind === 'long') counts.cut += 1;
        if (answer === null && payload.kind === 'long') return;
        const wrong = answer === null ? 'no answer' : fault(answer, payload.text);
        if (wrong !== null)
          through.push(
            `${operation.method} ${operation.path} ${place} ${payload.kind} ${payload.text.slice(0, 40)}: ${wrong}`,
          );
        if ((answer?.status ?? 0) >= 400) counts.refused += 1;
        else counts.takenAsText += 1;
      });
    }
    process.stdout.write(`injections: ${JSON.stringify({ ...counts, kinds })}, through: ${through.length}\n`);
    expect(through).toEqual([]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    const tables = await guarded.test.database.sql`select tablename from pg_tables where tablename = 'owned'`;
    expect(tables).toHaveLength(0);
    expect((await guarded.wire.send(get('/readyz'))).status).toBe(200);
  }, 900_000);
});
