/** The API in a process of its own over the database it is given, with the pages where they are named, as `start --role api` serves it. */
import { readConfig } from '#server/config.ts';
import { startVigil } from '#server/start.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';

const [databaseUrl = '', homeDir = '', webRoot = ''] = process.argv.slice(2);
const config = readConfig({ DATABASE_URL: databaseUrl, VIGIL_HOME: homeDir, PORT: '0' });
const vigil = await startVigil({ config, logger: SILENT_LOGGER, role: 'api', webRoot });
process.once('disconnect', () => void vigil.stop().then(() => process.exit(0)));
process.send?.(vigil.url);
