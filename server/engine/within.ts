import { AppError } from '#domain/errors.ts';

/**
 * The answer, if it comes in time. Who holds a desk's lock must not wait for a market that is slow, or busy with others.
 * @throws AppError `venue_unavailable` when it does not; it may then still come, to nobody
 */
export async function within<Answer>(ms: number, what: string, asked: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new AppError('venue_unavailable', `${what} did not come within ${ms} ms`)),
      ms,
    );
  });
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}
