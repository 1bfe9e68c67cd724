import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VARIABLE_NAMES } from '#server/config-variables.ts';
import { rootFolder } from '#server/paths.ts';
import { commandBlocks, commandsOf } from './readme-blocks.ts';

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'docs/architecture.md',
  'docs/errors.md',
  'docs/denials.md',
  'docs/abstentions.md',
];
const readme = readPage('README.md');
const RUN_BY_A_TEST = [
  'start',
  'cycle',
  'doctor',
  'analyze',
  'analyses',
  'reads',
  'market',
  'handles',
  'backtest',
  'backtests',
  'train',
  'compose',
  'scripts',
];

describe('the README', () => {
  it('tags every command block, each for a test that runs or holds it', () => {
    expect(commandBlocks(readme).map(({ name }) => name)).toEqual(RUN_BY_A_TEST);
  });

  it('names npm scripts that exist', () => {
    const { scripts } = JSON.parse(readPage('package.json'));
    const named = commandsOf(readme, 'scripts').map(
      (command) => /^npm (?:run )?(\w+)$/.exec(command)?.[1] ?? command,
    );
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it('names variables the configuration knows', () => {
    const named =
      readme.match(/\b(VIGIL|LLM|OPENAI|CYCLE|EXCHANGE)_[A-Z_]+\b|\b(DATABASE|REDIS)_URL\b/g) ?? [];
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((name) => !(VARIABLE_NAMES as readonly string[]).includes(name))).toEqual([]);
  });
});

describe.each(PAGES)('%s', (page) => {
  it('links to files that exist', () => {
    const links = [...readPage(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = '']) => path);
    const folder = page.includes('/') ? page.slice(0, page.lastIndexOf('/')) : '.';
    expect(links.filter((path) => !existsSync(join(rootFolder(), folder, path)))).toEqual([]);
  });
});

function readPage(path: string): string {
  return readFileSync(join(rootFolder(), path), 'utf8');
}
