import { createServer, type Server } from 'node:net';
import { AppError } from '#domain/errors.ts';
import type { Config } from './config.ts';

type Address = Pick<Config['http'], 'host' | 'port'>;

/** @throws AppError `port_taken`, `config_invalid` */
export async function listenOn(server: Server, { host, port }: Address): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(listenError(cause, { host, port })));
    server.listen(port, host, resolve);
  });
}

/** Asked before anything slow is begun: a taken port should be heard of at once. @throws as `listenOn` */
export async function assertCanListen(address: Address): Promise<void> {
  const probe = createServer();
  await listenOn(probe, address);
  await new Promise((resolve) => probe.close(resolve));
}

function listenError(cause: NodeJS.ErrnoException, { host, port }: Address): AppError {
  if (cause.code === 'EADDRINUSE') {
    return new AppError(
      'port_taken',
      `port ${port} on ${host} is taken: stop what uses it, or choose another, as with PORT=${port === 65_535 ? port - 1 : port + 1}`,
      { cause },
    );
  }
  return new AppError(
    'config_invalid',
    `cannot listen on ${host}:${port} (${cause.code}): set HOST to an address of this machine and PORT to one this user may use`,
    { cause },
  );
}
