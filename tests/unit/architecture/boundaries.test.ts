import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise, type IConfiguration, type ICruiseResult } from 'dependency-cruiser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rootFolder } from '#server/paths.ts';

/** A repository in small, with one violation of each kind planted in it. */
const PLANTED: Readonly<Record<string, string>> = {
  'domain/order.ts': `import '../tools/measure.ts';\nexport type Order = string;`,
  'tools/measure.ts': `import { ccxt } from 'ccxt';\nexport const measure = ccxt;`,
  'tools/risk/gate.ts': `import '#domain/seal-approval.ts';`,
  'tools/signals/points.ts': `import type { Broker } from '#exchanges/ports/broker.ts';\nexport type Points = Broker;`,
  'tools/orders/send.ts': `import type { Broker } from '#exchanges/ports/broker.ts';\nexport type Send = Broker;`,
  'tools/spikes/paper.ts': `import '#exchanges/paper/books.ts';`,
  'domain/seal-approval.ts': 'export const seal = 1;',
  'exchanges/ports/broker.ts': 'export interface Broker { readonly venue: string }',
  'exchanges/paper/books.ts': `import { rows } from '#db/rows.ts';\nexport const books = rows;`,
  'agents/scanner.ts': `import type { Broker } from '#exchanges/ports/broker.ts';\nexport type Scanner = Broker;`,
  'graphs/cycle.ts': `import { books } from '#exchanges/paper/books.ts';\nexport const cycle = books;`,
  'db/rows.ts': `import { left } from './left.ts';\nexport const rows = left;`,
  'db/left.ts': `import { rows } from './rows.ts';\nexport const left = rows;`,
  'server/start.ts': `import '#tests/fake.ts';\nimport './gone.ts';`,
  'tests/fake.ts': 'export const fake = 1;',
  'node_modules/ccxt/package.json': '{"name":"ccxt","version":"1.0.0","main":"index.js"}',
  'node_modules/ccxt/index.js': 'exports.ccxt = 1;',
};

const ROOMS = ['domain', 'tools', 'exchanges', 'agents', 'prompts', 'graphs', 'db', 'server'];

let folder: string;
let refused: string[];

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'vigil-boundaries-')));
  const { imports, name, type } = (await import('../../../package.json', { with: { type: 'json' } })).default;
  const files = {
    ...PLANTED,
    'package.json': JSON.stringify({ name, type, imports, dependencies: { ccxt: '1' } }),
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  refused = await violations(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function violations(baseDir: string): Promise<string[]> {
  const config = (await import(join(rootFolder(), '.dependency-cruiser.mjs'))).default as IConfiguration;
  const { forbidden, options } = config;
  const rooms = ROOMS.filter((room) => Object.keys(PLANTED).some((path) => path.startsWith(`${room}/`)));
  const { output } = await cruise(rooms, { ...options, baseDir, validate: true, ruleSet: { forbidden } });
  return (output as ICruiseResult).summary.violations.map(
    ({ rule, from, to }) => `${rule.name}: ${from} → ${to}`,
  );
}

describe('the import boundaries', () => {
  it.each([
    'domain-imports: domain/order.ts → tools/measure.ts',
    'ccxt-owner: tools/measure.ts → node_modules/ccxt/index.js',
    'approval-is-sealed-by-the-gate: tools/risk/gate.ts → domain/seal-approval.ts',
    'broker-is-named-by-orders-and-wiring: tools/signals/points.ts → exchanges/ports/broker.ts',
    'broker-is-named-by-orders-and-wiring: agents/scanner.ts → exchanges/ports/broker.ts',
    'agents-imports: agents/scanner.ts → exchanges/ports/broker.ts',
    'tools-see-only-ports: tools/spikes/paper.ts → exchanges/paper/books.ts',
    'graphs-see-only-ports: graphs/cycle.ts → exchanges/paper/books.ts',
    'exchanges-imports: exchanges/paper/books.ts → db/rows.ts',
    'no-cycles: db/left.ts → db/rows.ts',
    'nothing-imports-tests: server/start.ts → tests/fake.ts',
    'resolvable: server/start.ts → ./gone.ts',
  ])('refuse %s', (violation) => {
    expect(refused).toContain(violation);
  });

  it('let tools/orders name the broker', () => {
    expect(refused.filter((violation) => violation.includes('tools/orders/send.ts'))).toEqual([]);
  });
});
