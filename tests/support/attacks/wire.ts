/** Requests as a stranger sends them: over real sockets, from many addresses of this machine, with bytes as they are. */
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect, type Socket } from 'node:net';

export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Below the rate limit of an address. */
const REQUESTS_PER_ADDRESS = 900;

export function createWire(port: number) {
  let sent = 0;
  let agent = new Agent();
  const agents: Agent[] = [];
  const heard = new WeakSet<Socket>();

  function nextAgent(): Agent {
    if (sent % REQUESTS_PER_ADDRESS === 0) {
      const index = sent / REQUESTS_PER_ADDRESS;
      // The one before may still have requests under way.
      agents.push(agent);
      agent = new Agent({
        keepAlive: true,
        maxSockets: 8,
        localAddress: `127.1.${index >> 8}.${index & 255}`,
      } as object);
    }
    sent += 1;
    return agent;
  }

  return {
    sent: () => sent,
    close() {
      for (const one of [...agents, agent]) one.destroy();
    },
    /** An event stream is left as soon as it has begun. */
    send({ method, path, headers, body }: WireRequest): Promise<WireAnswer> {
      return new Promise((resolve, reject) => {
        let answered = false;
        const asked = httpRequest({
          ...{ host: '127.0.0.1', port, method, path, agent: isLong(path, body) ? false : nextAgent() },
          headers: {
            ...(body !== null && {
              'content-type': 'application/json',
              'content-length': String(Buffer.byteLength(body)),
            }),
            ...headers,
          },
        });
        asked.on('response', (answer) => {
          answered = true;
          const { statusCode: status = 0, headers: told } = answer;
          const isStream = told['content-type']?.startsWith('text/event-stream') === true;
          let text = '';
          const done = () => resolve({ status, headers: told, body: text });
          answer.setEncoding('utf8').on('data', (chunk: string) => {
            text += chunk;
            if (isStream) asked.destroy();
          });
          answer.on('end', done).on('close', done).on('error', done);
        });
        // Who refuses early closes while we still send, also after the answer.
        asked.on('socket', (socket) => {
          if (!heard.has(socket)) socket.on('error', () => {});
          heard.add(socket);
        });
        asked.on('error', (error) => answered || reject(error));
        asked.end(body ?? undefined);
      });
    },
    /** Sends bytes and gives all that comes back until the server closes. */
    raw(bytes: string, { stayMs }: { readonly stayMs?: number } = {}): Promise<string> {
      return new Promise((resolve) => {
        const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
        let text = '';
        socket.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        socket.on('error', () => {}).on('close', () => resolve(text));
        if (stayMs !== undefined) setTimeout(() => socket.destroy(), stayMs);
      });
    },
  };
}

/** Refused before it is read to its end: its connection is of no use afterwards. */
function isLong(path: string, body: string | null): boolean {
  return path.length + (body?.length ?? 0) > 8_000;
}

export type Wire = ReturnType<typeof createWire>;
