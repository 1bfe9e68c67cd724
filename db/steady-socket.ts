/**
 * A connection that may break at any time without ending the process or leaving a query unanswered. The driver
 * (postgres 3.4.9, issue 1208) forgets its socket when that closes: what it was about to write then throws outside of
 * any promise, or is never written, not even by the next connection. So a close is told when its writes are through.
 * Within a transaction it is told as an error first, at once and again at every write, which rejects what was asked, and
 * as a close only when the transaction has had time to end: at once where a statement had no answer yet, since the driver
 * may keep the roll-back that follows for itself.
 */
import { Socket } from 'node:net';

export interface SocketAddress {
  readonly host: readonly string[];
  readonly port: readonly number[];
  /** A Unix socket; false when there is none. */
  readonly path?: string | false;
}

/** `ReadyForQuery` of the protocol up to its status: idle, in a transaction, or in a failed one. */
const READY_FOR_QUERY = Buffer.from([0x5a, 0, 0, 0, 5]);
const IDLE = 'I'.charCodeAt(0);
const AFTER_LAST_WRITE_MS = 100;
const LONGEST_TRANSACTION_MS = 30_000;

/** Connects; what is written meanwhile is sent when it stands. */
export function openSteadySocket(address: SocketAddress): Socket {
  const socket = new SteadySocket();
  if (address.path) return socket.connect(address.path);
  const [host = '127.0.0.1', port = 5432] = [address.host[0], address.port[0]];
  // The driver's TLS takes the server's name from here.
  return Object.assign(socket, { host }).connect(port, host);
}

class SteadySocket extends Socket {
  #tail = Buffer.alloc(0);
  #isInTransaction = false;
  /** What was written before the last answer that was whole. */
  #bytesAnswered = 0;
  #closing: NodeJS.Timeout | undefined;

  override emit(event: string | symbol, ...given: unknown[]): boolean {
    if (event === 'data') this.#readStatus(given[0] as Buffer);
    if (event !== 'close') return super.emit(event, ...given);
    if (!this.#isInTransaction) return this.#closeNext();
    this.#isInTransaction = false;
    const isAsked = this.bytesWritten > this.#bytesAnswered;
    this.#closeAfter(isAsked ? AFTER_LAST_WRITE_MS : LONGEST_TRANSACTION_MS);
    // Its own property, since the class gives every socket that has ended one, too.
    this.write = () => {
      this.#closeAfter(AFTER_LAST_WRITE_MS);
      setImmediate(() => this.#tellLost());
      return true;
    };
    return this.#tellLost();
  }

  #tellLost(): boolean {
    const lost = new Error('the connection closed within a transaction');
    return super.emit('error', Object.assign(lost, { code: 'CONNECTION_CLOSED' }));
  }

  #closeNext(): boolean {
    setImmediate(() => this.#tellClosed());
    return true;
  }

  #closeAfter(delayMs: number): void {
    clearTimeout(this.#closing);
    this.#closing = setTimeout(() => this.#tellClosed(), delayMs);
    this.#closing.unref();
  }

  /** As closed without an error: then the driver rejects what was asked since, and does not wait ever longer. */
  #tellClosed(): void {
    super.emit('close', false);
  }

  /** The last message of an answer may come in pieces. */
  #readStatus(chunk: Buffer): void {
    const seen = chunk.length > READY_FOR_QUERY.length ? chunk : Buffer.concat([this.#tail, chunk]);
    this.#tail = Buffer.from(seen.subarray(-READY_FOR_QUERY.length - 1));
    if (!this.#tail.subarray(0, -1).equals(READY_FOR_QUERY)) return;
    this.#bytesAnswered = this.bytesWritten;
    this.#isInTransaction = this.#tail.at(-1) !== IDLE;
  }
}
