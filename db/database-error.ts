/** Turns what the driver throws into an `AppError`, by its codes. What is no failure of the database stays as it is. */
import { AppError } from '#domain/errors.ts';

const WAY_OUT = 'start that server, correct DATABASE_URL, or unset it to use the embedded database';

/** Lost or refused connections: SQLSTATE classes 08 and 57P, and the codes of Node and postgres.js. */
const UNREACHABLE =
  /^(08...|57P0.|53300|28...|3D000|ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EPIPE|ENOENT|ERR_INVALID_URL|CONNECT_TIMEOUT|CONNECTION_(?:CLOSED|ENDED|DESTROYED))$/;

/** SQLSTATE `disk_full`, and Node's code of the same. */
const FULL = new Set(['53100', 'ENOSPC', 'EDQUOT']);

/** SQLSTATE `query_canceled`: only statements of the reader have a limit. */
const CANCELED = '57014';

/** `url` is only used to name host and port. */
export function databaseError(thrown: unknown, url: string): unknown {
  if (thrown instanceof AppError) return thrown;
  const code = causeCode(thrown);
  if (code === null) return thrown;
  const place = hostAndPort(url);
  if (FULL.has(code))
    return new AppError(
      'disk_full',
      `no space is left for the database at ${place}: free some and try again`,
      {
        context: { place, code },
        cause: thrown,
      },
    );
  if (code === CANCELED) return searchTooWide(thrown);
  if (UNREACHABLE.test(code))
    return new AppError('database_unavailable', `no database at ${place} (${code}): ${WAY_OUT}`, {
      context: { place, code },
      cause: thrown,
    });
  return thrown;
}

export function searchTooWide(cause?: unknown): AppError {
  return new AppError(
    'search_too_wide',
    'the search took longer than it may: name a span of time (from and to), a symbol or an outcome, or rarer words',
    { cause },
  );
}

/** `127.0.0.1:5432/vigil`: what a person may read of a connection string. */
export function hostAndPort(url: string): string {
  if (!URL.canParse(url)) return 'an unreadable DATABASE_URL';
  const { hostname, port, pathname } = new URL(url);
  return `${hostname || '127.0.0.1'}:${port || '5432'}${pathname}`;
}

/** Drizzle wraps the driver's error; its code stands in the chain of causes. */
function causeCode(thrown: unknown): string | null {
  for (let error = thrown; error instanceof Error; error = error.cause)
    if ('code' in error && typeof error.code === 'string') return error.code;
  return null;
}
