/** A database, a scripted model and desks that ask it, for the tests of one file; each desk is closed behind its test. */
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { Container, ContainerOptions } from '#server/container.ts';
import { openAskingContainer } from './asking-desk.ts';
import { type ScriptedModel, startScriptedModel } from './scripted-model.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';
import { plainTrader } from './trading-answers.ts';

/** Registers its own hooks: what it gives is there once the tests run. */
export function askingContainers() {
  const containers: Container[] = [];
  let test: TestDatabase;
  let model: ScriptedModel;
  beforeAll(async () => {
    [test, model] = await Promise.all([createTestDatabase(), startScriptedModel(plainTrader)]);
  });
  afterEach(async () => {
    for (const container of containers.splice(0)) await container.close();
  });
  afterAll(async () => {
    await model.close();
    await test.drop();
  });
  return {
    test: () => test,
    model: () => model,
    async open(
      options: Partial<ContainerOptions> = {},
      environment: Readonly<Record<string, string>> = {},
    ): Promise<Container> {
      const container = await openAskingContainer(test, model, options, environment);
      containers.push(container);
      return container;
    },
  };
}
