import { isRefusal } from './api-failure.ts';

export type Post = <Answer>(path: string, body: unknown) => Promise<Answer>;

/** Sends one POST under a key; `requestJson` on the pages. */
export type KeyedSend = <Answer>(path: string, body: unknown, idempotencyKey: string) => Promise<Answer>;

interface Attempt {
  readonly key: string;
  /** A try ended without an answer: it may have been done, so this key must stay. */
  isUnsettled: boolean;
}

/**
 * The POSTs of one dialog. A repeat of the identical request after silence carries its first key and is done once;
 * every other request, and a new try after a refusal, carries a key of its own.
 */
export function createPost(send: KeyedSend, newKey: () => string): Post {
  const attempts = new Map<string, Attempt>();
  return async <Answer>(path: string, body: unknown) => {
    const request = `${path}\n${JSON.stringify(body)}`;
    const attempt = attempts.get(request) ?? { key: newKey(), isUnsettled: false };
    attempts.set(request, attempt);
    try {
      return await send<Answer>(path, body, attempt.key);
    } catch (error) {
      if (!isRefusal(error)) attempt.isUnsettled = true;
      else if (!attempt.isUnsettled) attempts.delete(request);
      throw error;
    }
  };
}
