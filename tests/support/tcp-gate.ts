/** Stands between a client and its server, so that a test can take the server away and give it back. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface TcpGate {
  /** The server's URL, through the gate. */
  readonly url: string;
  /** Ends every connection and refuses new ones. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

export async function openGate(serverUrl: string, defaultPort: number): Promise<TcpGate> {
  const target = new URL(serverUrl);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port || defaultPort), target.hostname);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = new URL(serverUrl);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  function cut(): void {
    server.close();
    for (const socket of sockets) socket.destroy();
  }
  return {
    url: url.href,
    cut,
    mend: () => void server.listen(port, '127.0.0.1'),
    close: async () => cut(),
  };
}
