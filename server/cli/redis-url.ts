import { AppError } from '#domain/errors.ts';
import type { Config } from '../config.ts';

/** @throws AppError `config_invalid` */
export function redisUrlOf({ redisUrl }: Pick<Config, 'redisUrl'>): string {
  if (redisUrl !== null) return redisUrl;
  throw new AppError(
    'config_invalid',
    'machines share work over Redis: set REDIS_URL, such as redis://127.0.0.1:6379',
  );
}
