import { availableParallelism } from 'node:os';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What these leave lies in databases of their own: they share a process and its modules, as the fast ones do. */
const SHARED = 'tests/integration/{db,prompts,graphs,api,engine}/**/*.test.ts';

/** Servers, processes and browsers on a machine of others: see docs/decisions/0034. Here a flake is a failure. */
const FULL = {
  environment: 'node',
  globalSetup: ['tests/support/postgres-setup.ts'],
  testTimeout: 60_000,
  hookTimeout: 60_000,
  // The default of a second is a measurement of the machine.
  expect: { poll: { timeout: 30_000 } },
  retry: process.env.CI ? 1 : 0,
  maxWorkers: 2,
} satisfies TestProjectInlineConfiguration['test'];

const RUNS_GRAPHS = /\/tests\/(graph|unit\/graphs|integration\/(api|engine|graphs|prompts))\//;

/**
 * Cycles come last. Once a process has run a graph, Node 20 follows every promise for it (`AsyncLocalStorage`), and what is
 * made of promises takes up to three times as long from then on.
 */
class CyclesLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const runsGraphs = ({ moduleId }: TestSpecification) => RUNS_GRAPHS.test(moduleId);
    return [...sorted.filter((file) => !runsGraphs(file)), ...sorted.filter(runsGraphs)];
  }
}

/**
 * `fast` is pure or in memory and belongs to `npm run check`; `full` needs real servers, processes or a browser,
 * and so does `full-shared`, where the files share a process. Each of these has one Postgres for all of its files.
 */
export default defineConfig({
  test: {
    sequence: { sequencer: CyclesLast },
    projects: [
      {
        test: {
          name: 'fast',
          include: ['tests/{unit,property,contract,graph}/**/*.test.ts'],
          exclude: ['tests/**/*.full.test.ts'],
          environment: 'node',
          // These share their modules, which saves half of the time: none may leave anything behind in a process.
          isolate: false,
          // Left to itself it leaves one of two cores idle.
          maxWorkers: Math.max(2, availableParallelism() - 1),
          // Room for a loaded machine; a test that needs this long when alone belongs to `full`.
          testTimeout: 30_000,
          typecheck: { enabled: false },
        },
      },
      {
        test: {
          ...FULL,
          name: 'full',
          include: ['tests/{integration,crash,browser}/**/*.test.ts', 'tests/**/*.full.test.ts'],
          exclude: [SHARED],
          // After the fast ones: projects with workers of their own must not share a group.
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...FULL,
          name: 'full-shared',
          include: [SHARED],
          isolate: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
