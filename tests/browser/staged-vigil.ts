import { readConfig, secretsOf } from '#server/config.ts';
import { createLogTap } from '#server/logs/log-tap.ts';
import { type RunningVigil, startVigil } from '#server/start.ts';
import { createLogger } from '#server/telemetry/logger.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { deskEnvironment } from '../support/test-desk.ts';

export interface StagedVigil {
  readonly url: string;
  readonly running: RunningVigil;
  readonly test: TestDatabase;
  stop(): Promise<void>;
}

/** Everything a person starts, on a database of its own: the generator's market, paper money and the rules. */
export async function startStagedVigil(
  webRoot: string,
  environment: Readonly<Record<string, string>>,
): Promise<StagedVigil> {
  const test = await createTestDatabase();
  const config = readConfig({ ...deskEnvironment(test.url), ...environment });
  const logTap = createLogTap();
  const logger = createLogger({ level: 'info', secrets: secretsOf(config), destination: logTap });
  const running = await startVigil({ config, logger, logTap, role: 'all', webRoot });
  return {
    url: running.url ?? '',
    running,
    test,
    async stop() {
      await running.stop();
      await test.drop();
    },
  };
}
