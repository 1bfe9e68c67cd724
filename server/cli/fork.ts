import type { PromptOverrides } from '#db/repositories/override-set.ts';
import { AppError } from '#domain/errors.ts';
import type { RunComparison } from '#domain/run-comparison.ts';
import { ForkNode } from '#graphs/state-before.ts';
import { compareRuns } from '#tools/performance/compare-runs.ts';
import { openFork } from '../engine/open-fork.ts';
import { comparisonText } from './comparison-text.ts';
import { usage } from './instant-option.ts';
import { cliConfig, printJson, withContainer } from './session.ts';

interface ForkOptions {
  readonly from: string;
  readonly prompt?: readonly string[];
  readonly model?: string;
  readonly rules: boolean;
  readonly json: boolean;
}

/** Decides a past run again and prints what differs. Writes a run and its trace, never an order intent. */
export async function fork(runId: string, options: ForkOptions): Promise<void> {
  const { model, rules } = options;
  const asked = {
    ...{ runId, fromNode: nodeOf(options.from), promptVersions: overridesOf(options.prompt ?? []) },
    ...(rules ? { model: null } : model !== undefined && { model }),
    actor: 'cli',
  };
  const comparison = await withContainer({ clock: 'followed', config: cliConfig() }, async (container) => {
    const forkId = await openFork(container, asked);
    await container.engine.execute(forkId);
    const { runs } = container.rows;
    const [made, original] = await Promise.all([runs.record(forkId), runs.record(runId)]);
    if (made === null || original === null) throw new AppError('internal', `run ${forkId} left no record`);
    return compareRuns(made, original);
  });
  if (options.json) printJson(comparison);
  else process.stdout.write(`${comparisonText(comparison)}\n`);
  if (comparison.run.outcome === 'failed') throw new AppError('internal', failureOf(comparison));
}

function nodeOf(text: string): ForkNode {
  const node = ForkNode.safeParse(text);
  if (node.success) return node.data;
  throw usage(`--from ${text} is no node a run can be decided again from: ${ForkNode.options.join(', ')}`);
}

/** `risk=3`, or `risk=candidate`. */
function overridesOf(words: readonly string[]): PromptOverrides {
  return Object.fromEntries(
    words.map((word) => {
      const [, name, version] = /^([a-z][a-z-]*)=(\S+)$/.exec(word) ?? [];
      if (name === undefined || version === undefined)
        throw usage(`--prompt ${word} must name a prompt and a version or label, such as risk=3`);
      return [name, /^\d+$/.test(version) ? Number(version) : version];
    }),
  );
}

function failureOf({ run }: RunComparison): string {
  return `the fork ${run.runId} failed: ${run.reason}`;
}
