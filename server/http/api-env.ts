import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { AppError } from '#domain/errors.ts';
import type { Scope } from '../access/credentials.ts';
import type { Session } from '../access/sessions.ts';

/** Who is calling and how, as far as it may be believed. */
export interface Peer {
  readonly address: string;
  /** The host the caller meant. */
  readonly host: string;
  readonly isSecure: boolean;
}

/** Who is served: this machine, a bearer of a key, or a browser that has logged in. */
export interface Caller {
  readonly scope: Scope;
  readonly session: Session | null;
  readonly hasKey: boolean;
  /** Asks anew: a session may be over or ended while an answer is still on its way. */
  isOver(): Promise<boolean>;
  /** Hears at once when this process ends the session; gives the way to stop listening. */
  onEnd(hear: () => void): () => void;
}

/** What travels with a request. `incoming` is absent in tests that call the app without a socket. */
export interface ApiEnv {
  Bindings: Partial<HttpBindings>;
  Variables: {
    correlationId: string;
    peer: Peer;
    /** Absent on routes that are open to everybody. */
    caller: Caller | undefined;
    /** What the request failed with, for the one log event. */
    failure: AppError | undefined;
  };
}

export type ApiContext = Context<ApiEnv>;
