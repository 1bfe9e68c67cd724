/** Stands beside the desk of a drill and writes down, by the wall, what it says and what goes to its venue and back. */
import { toAppError } from '#domain/errors.ts';
import type { Order, OrderRequest } from '#domain/order.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { EpochMs } from '#domain/time.ts';
import type { Broker } from '#exchanges/ports/broker.ts';
import type { Logger } from '../telemetry/logger.ts';

/** A line of the desk's log. */
export interface SaidLine {
  readonly wallMs: EpochMs;
  readonly level: 'error' | 'warn' | 'info';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** One call that changes something on the venue. */
export interface VenueCall {
  readonly kind: 'submit' | 'cancel';
  readonly sentWallMs: EpochMs;
  /** Null while, and where, it has no answer. */
  answeredWallMs: EpochMs | null;
  readonly symbol: MarketSymbol;
  readonly clientOrderId: string;
  /** What was sent; null for a cancel. */
  readonly request: OrderRequest | null;
  /** The order as the venue answered, or why it did not. */
  order: Order | null;
  failure: string | null;
}

export interface Witness {
  readonly logger: Logger;
  readonly lines: readonly SaidLine[];
  readonly calls: readonly VenueCall[];
  aroundBroker(broker: Broker): Broker;
  /** Comes when a line with these words is said, or was. */
  said(message: string): Promise<void>;
}

export function createWitness(nowMs: () => EpochMs): Witness {
  const lines: SaidLine[] = [];
  const calls: VenueCall[] = [];
  const waiting = new Set<() => void>();

  function loggerWith(bindings: Readonly<Record<string, unknown>>): Logger {
    const at = (level: SaidLine['level']) => (fields: Readonly<Record<string, unknown>>, message: string) => {
      lines.push({ wallMs: nowMs(), level, message, fields: { ...bindings, ...fields } });
      for (const look of waiting) look();
    };
    const more = (fields: Readonly<Record<string, unknown>>) => loggerWith({ ...bindings, ...fields });
    return { error: at('error'), warn: at('warn'), info: at('info'), debug() {}, child: more };
  }

  async function witnessed(
    about: Pick<VenueCall, 'kind' | 'symbol' | 'clientOrderId' | 'request'>,
    call: () => Promise<Order>,
  ): Promise<Order> {
    const seen: VenueCall = {
      ...about,
      sentWallMs: nowMs(),
      answeredWallMs: null,
      order: null,
      failure: null,
    };
    calls.push(seen);
    try {
      seen.order = await call();
      return seen.order;
    } catch (thrown) {
      seen.failure = toAppError(thrown).message;
      throw thrown;
    } finally {
      seen.answeredWallMs = nowMs();
    }
  }

  return {
    logger: loggerWith({}),
    lines,
    calls,
    aroundBroker: (broker) => ({
      ...broker,
      submit: (order) => {
        const { clientOrderId, symbol } = order;
        // The venue wants the gate's own object; what is kept is a copy of what it says.
        const request = { ...(order as OrderRequest) };
        return witnessed({ kind: 'submit', symbol, clientOrderId, request }, () => broker.submit(order));
      },
      cancel: (symbol, clientOrderId) =>
        witnessed({ kind: 'cancel', symbol, clientOrderId, request: null }, () =>
          broker.cancel(symbol, clientOrderId),
        ),
    }),
    said: (message) =>
      new Promise((resolve) => {
        const look = () => {
          if (!lines.some((line) => line.message === message)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}
