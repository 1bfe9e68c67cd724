import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

interface AxeFault {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly target: readonly string[] }[];
}

const AXE_SCRIPT = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const COUNTED: readonly (string | null)[] = ['serious', 'critical'];

/** What axe calls serious or critical on the page as it stands: the rule and where it is broken. */
export async function seriousFaults(page: Page): Promise<string[]> {
  // Evaluated, not added as a tag: the content policy lets no script in.
  await page.evaluate(await readFile(AXE_SCRIPT, 'utf8'));
  // Every rule looks at every node; what kept a rule is told of by one node, since nobody reads it.
  const asked = `axe.run({ resultTypes: ['violations'] })`;
  const { violations } = (await page.evaluate(asked)) as { violations: readonly AxeFault[] };
  return violations
    .filter(({ impact }) => COUNTED.includes(impact))
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}
