/** A whole desk on a test database, in this process or in one that is made to die. */
import { spawn } from 'node:child_process';
import { readConfig } from '#server/config.ts';
import { type Container, type ContainerOptions, createContainer } from '#server/container.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { bundleScript } from './bundle.ts';

export interface DeskPlan {
  readonly databaseUrl: string;
  /** Market time of the cycle, ISO. */
  readonly from: string;
  readonly runId: string;
  readonly deskId: string;
  /** Where the child kills itself, such as `closed:gate` or `submitted:2`; null lets it finish. */
  readonly killAt: string | null;
  /** What it sends itself there; SIGKILL when absent. */
  readonly signal?: 'SIGKILL' | 'SIGSTOP';
  /** How long a person has to approve what opens; absent where nobody is asked. */
  readonly approvalWithinMs?: number;
}

export const DESK_SYMBOLS = ['BTC', 'ETH', 'SOL', 'BNB', 'XRP', 'DOGE'];

/** A container over the generator, standing still at one instant. */
export function openDesk(
  { databaseUrl, from, approvalWithinMs }: Pick<DeskPlan, 'databaseUrl' | 'from' | 'approvalWithinMs'>,
  around: ContainerOptions['around'] = {},
): Promise<Container> {
  const config = readConfig({
    DATABASE_URL: databaseUrl,
    VIGIL_FROM: from,
    VIGIL_SYMBOLS: DESK_SYMBOLS.join(','),
    VIGIL_SEED: '7',
    ...(approvalWithinMs !== undefined && {
      VIGIL_APPROVAL: 'true',
      VIGIL_APPROVAL_WITHIN_MS: String(approvalWithinMs),
    }),
  });
  return createContainer({ config, logger: SILENT_LOGGER, clock: 'fixed', staleAfterMs: 0, around });
}

/** The child, bundled: starting it costs half a second instead of the compiler's two. */
export function buildDeskChild(): Promise<string> {
  return bundleScript('tests/crash/desk-child.ts');
}

/** Runs the plan in a child; gives the signal that ended it, or null when it came to its end. */
export function runDeskChild(child: string, plan: DeskPlan): Promise<NodeJS.Signals | null> {
  return new Promise((resolve, reject) => {
    const process = spawn('node', [child, JSON.stringify(plan)], { stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    process.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    process.on('error', reject);
    process.on('close', (code, signal) => {
      if (signal === null && code !== 0) reject(new Error(`the child ended with code ${code}: ${errors}`));
      else resolve(signal);
    });
  });
}
