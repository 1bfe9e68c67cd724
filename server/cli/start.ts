import type { SpendingMode } from '#domain/spending.ts';
import { secretsOf } from '../config.ts';
import { createLogTap } from '../logs/log-tap.ts';
import type { Role } from '../roles.ts';
import { createLogger, standardOutput } from '../telemetry/logger.ts';
import { cliConfig, withMode } from './session.ts';

/** How long a stop may take before the process ends anyway; what was under way is resumed by the next start. */
const STOP_WITHIN_MS = 15_000;

export interface StartWords {
  readonly role: Role;
  readonly mode?: SpendingMode;
  /** The command line's own file. */
  readonly program: string;
}

export async function start({ role, mode, program }: StartWords): Promise<void> {
  const config = withMode(cliConfig(), mode);
  const logTap = createLogTap(standardOutput());
  const logger = createLogger({ level: config.logLevel, secrets: secretsOf(config), destination: logTap });
  const { startVigil } = await import('../start.ts');
  const tell = (progress: string) => console.error(`${progress}…`);
  const running = await startVigil({ config, logger, logTap, role, tell, program });
  const { source } = running.container.source.market;
  if (running.url)
    console.error(`Vigil is up: ${running.url}${source.synthetic ? ' (synthetic prices)' : ''}`);
  let isStopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (isStopping) process.exit(1);
    isStopping = true;
    logger.info({ signal }, 'stopping');
    tell('stopping');
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    running.stop().then(
      () => {
        console.error('stopped');
        process.exit(0);
      },
      (err: unknown) => {
        logger.error({ err }, 'the stop failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}
