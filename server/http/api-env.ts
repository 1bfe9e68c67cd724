import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { AppError } from '#domain/errors.ts';

/** What travels with a request. `incoming` is absent in tests that call the app without a socket. */
export interface ApiEnv {
  Bindings: Partial<HttpBindings>;
  Variables: {
    correlationId: string;
    /** What the request failed with, for the one log event. */
    failure: AppError | undefined;
  };
}

export type ApiContext = Context<ApiEnv>;

/** Who is calling, as far as a limit needs it. Forwarding headers are not trusted. */
export function clientAddress(context: ApiContext): string {
  return context.env?.incoming?.socket.remoteAddress ?? 'local';
}
