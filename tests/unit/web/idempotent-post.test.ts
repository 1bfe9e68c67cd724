import { describe, expect, test } from 'vitest';
import { ApiFailure } from '../../../web/api/api-failure.ts';
import { createPost } from '../../../web/api/idempotent-post.ts';

const failure = (status: number) =>
  new ApiFailure({ title: 'no', status, detail: null, code: 'x', correlationId: null });

/** Posts the bodies one after the other against the scripted answers; a number fails with that status. */
async function keysSent(tries: readonly (readonly [body: unknown, answer: 'ok' | number])[]) {
  const keys: string[] = [];
  let made = 0;
  let answer: 'ok' | number = 'ok';
  const post = createPost(
    async <Answer>(_path: string, _body: unknown, key: string) => {
      keys.push(key);
      if (answer !== 'ok') throw failure(answer);
      return {} as Answer;
    },
    () => `key-${++made}`,
  );
  for (const [body, next] of tries) {
    answer = next;
    await post('/api/state/halt', body).catch(() => undefined);
  }
  return keys;
}

describe('the posts of a dialog', () => {
  test('carry a new key when the body has changed, and the old one when it is changed back', async () => {
    const keys = await keysSent([
      [{ reason: 'a' }, 0],
      [{ reason: 'b' }, 0],
      [{ reason: 'a' }, 'ok'],
    ]);
    expect(keys).toEqual(['key-1', 'key-2', 'key-1']);
  });

  test.each([0, 500, 503])(
    'carry the same key again after status %i, since it may have been done',
    async (status) => {
      expect(
        await keysSent([
          [{}, status],
          [{}, 'ok'],
        ]),
      ).toEqual(['key-1', 'key-1']);
    },
  );

  test('carry a new key after a refusal, so that its answer is not replayed', async () => {
    expect(
      await keysSent([
        [{}, 409],
        [{}, 'ok'],
      ]),
    ).toEqual(['key-1', 'key-2']);
  });

  test('keep the key through a refusal while an unanswered try may still be running', async () => {
    expect(
      await keysSent([
        [{}, 0],
        [{}, 409],
        [{}, 'ok'],
      ]),
    ).toEqual(['key-1', 'key-1', 'key-1']);
  });
});
