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

/**
 * Every rule looks at every node: those that find nothing serious are left out, which halves the time, and what kept a
 * rule from telling is told of by one node, since nobody reads it.
 */
const RUN = `axe.run({
  resultTypes: ['violations'],
  rules: Object.fromEntries(
    axe._audit.rules
      .filter(({ impact }) => impact === 'minor' || impact === 'moderate')
      .map(({ id }) => [id, { enabled: false }]),
  ),
})`;

/** What axe calls serious or critical on the page as it stands: the rule and where it is broken. */
export async function seriousFaults(page: Page): Promise<string[]> {
  // Evaluated, not added as a tag: the content policy lets no script in.
  if (!(await page.evaluate(`'axe' in window`))) await page.evaluate(await readFile(AXE_SCRIPT, 'utf8'));
  const { violations } = (await page.evaluate(RUN)) as { violations: readonly AxeFault[] };
  return violations
    .filter(({ impact }) => COUNTED.includes(impact))
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}
