import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { connectRedis } from '#server/queues/redis.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { findRedis, skipWithoutRedis } from '#tests/support/redis.ts';

const connect = (url: string) => connectRedis(url, SILENT_LOGGER);

describe('a REDIS_URL', () => {
  it('that nobody listens at is refused at once, by host and port', async () => {
    await expect(connect('redis://127.0.0.1:1')).rejects.toMatchObject({
      code: 'queue_unavailable',
      message: expect.stringMatching(/Redis at 127\.0\.0\.1:1 .*ECONNREFUSED.*REDIS_URL/),
    });
  });

  it('of a server that takes connections and never answers is refused in seconds', async ({
    onTestFinished,
  }) => {
    const mute = createServer(() => {});
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void mute.close());
    const { port } = mute.address() as { port: number };
    await expect(connect(`redis://127.0.0.1:${port}`)).rejects.toMatchObject({
      code: 'queue_unavailable',
      message: expect.stringContaining(`Redis at 127.0.0.1:${port}`),
    });
  }, 10_000);

  it('never shows its password', async () => {
    await expect(connect('redis://:hush@127.0.0.1:1')).rejects.toMatchObject({
      message: expect.not.stringContaining('hush'),
    });
  });

  it('that names a database the server does not have is refused and not quietly replaced', async (context) => {
    const redis = await findRedis();
    skipWithoutRedis(context, redis);
    const url = new URL(redis.url);
    url.pathname = '/4000000';
    await expect(connect(url.href)).rejects.toMatchObject({
      code: 'queue_unavailable',
      message: expect.stringContaining('DB index is out of range'),
    });
  });
});
