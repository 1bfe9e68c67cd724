/** Desks whose agents ask a scripted model, and what is forked of their cycles. */
import { expect } from 'vitest';
import type { CycleRecord } from '#domain/run.ts';
import { readConfig } from '#server/config.ts';
import { type Container, type ContainerOptions, createContainer } from '#server/container.ts';
import { type ForkRequest, openFork } from '#server/engine/open-fork.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import type { ScriptedModel } from './scripted-model.ts';
import type { TestDatabase } from './test-database.ts';
import { deskEnvironment, makeRun, recordOf } from './test-desk.ts';

export function openAskingContainer(
  test: Pick<TestDatabase, 'url'>,
  model: Pick<ScriptedModel, 'baseUrl'>,
  options: Partial<ContainerOptions> = {},
  environment: Readonly<Record<string, string>> = {},
): Promise<Container> {
  const config = readConfig({
    ...deskEnvironment(test.url),
    OPENAI_BASE_URL: model.baseUrl,
    LLM_MODEL: 'scripted-1',
    ...environment,
  });
  return createContainer({ config, logger: SILENT_LOGGER, clock: 'fixed', ...options });
}

/** A version of a prompt with a line of its own. Gives its number. */
export async function saveVersion(
  container: Container,
  name: string,
  line: string,
  label: string | null = null,
) {
  const known = await container.rows.prompts.get(name);
  const [baseline] = known?.versions.toReversed() ?? [];
  if (!baseline) throw new Error(`there is no prompt ${name}`);
  const draft = {
    ...{ name, text: `${line}\n${baseline.text}`, config: baseline.config, variables: baseline.variables },
    basedOn: null,
    dryRun: { outcome: 'passed', details: {} } as const,
  };
  const change = { author: 'test', message: line, atMs: 0, takesEffectAtMs: null };
  const [saved] = await container.rows.prompts.save([draft], label, change);
  return saved?.version.version ?? 0;
}

export async function cycleOf(container: Container, name: string): Promise<CycleRecord> {
  const { runId } = await makeRun(container, name);
  await container.engine.execute(runId);
  return recordOf(container, runId);
}

export async function forkOf(
  container: Container,
  request: Omit<ForkRequest, 'actor'>,
): Promise<CycleRecord> {
  const runId = await openFork(container, { ...request, actor: 'test' });
  expect(await container.engine.execute(runId)).toBe('finished');
  return recordOf(container, runId);
}
