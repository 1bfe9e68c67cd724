/** What the processes of one database know together of how much a venue still allows them. */
import type { VenueLoadRepository } from '#db/repositories/venue-load.ts';
import { NO_LOAD, type SharedLoad } from '#exchanges/ports/shared-load.ts';
import type { Config } from '../config.ts';
import type { Logger } from '../telemetry/logger.ts';

export interface OpenSharedLoad extends SharedLoad {
  close(): Promise<void>;
}

/** Undefined for a market that asks no venue. */
export async function shareLoad(
  { market, exchange }: Config,
  rows: VenueLoadRepository,
  logger: Logger,
): Promise<OpenSharedLoad | undefined> {
  if (market.source === 'replay') return undefined;
  return openSharedLoad(`${market.source} ${exchange.baseUrl ?? ''}`.trim(), rows, logger);
}

/** Listens for what others tell of the address. While the database is away, what was known last stands. */
export async function openSharedLoad(
  address: string,
  rows: VenueLoadRepository,
  logger: Logger,
): Promise<OpenSharedLoad> {
  let known = NO_LOAD;
  const failed = (err: unknown) => logger.warn({ err, address }, 'the load of the venue was not shared');

  async function learn(): Promise<void> {
    known = (await rows.read(address)) ?? known;
  }

  const unlisten = await rows.subscribe((told) => {
    if (told === null || told === address) learn().catch(failed);
  });
  await learn();
  return {
    known: () => known,
    tell: (load) => void rows.tell(address, load).catch(failed),
    close: unlisten,
  };
}
