import { describe, expect, it } from 'vitest';
import { linesMatching, type SourceFile, sourceFiles, withoutComments } from './source-files.ts';

const ROOMS = ['domain', 'tools', 'exchanges', 'agents', 'prompts', 'graphs', 'db', 'server', 'web'];
const DETERMINISTIC = ['domain', 'tools', 'agents', 'graphs'];
const MOST_LINES = 300;

const CLOCK_OR_CHANCE =
  /\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|\bperformance\.now\b|\brandomUUID\b|\brandomBytes\b/;
const ENVIRONMENT = /\bprocess\.env\b|\bimport\.meta\.env\b/;
const FORGED_APPROVAL =
  /\bas\s+(unknown\s+as\s+)?(RiskApproved|Sealed)\b|<(RiskApproved|Sealed)<[^>]*>>\s*\w/;

const file = (code: string): SourceFile => ({ path: 'planted.ts', text: code, code: withoutComments(code) });

describe('the sources', () => {
  it('read no clock, randomness or environment where both must come in as arguments', () => {
    const files = sourceFiles(...DETERMINISTIC);
    expect(files.length).toBeGreaterThan(80);
    expect(linesMatching(files, CLOCK_OR_CHANCE)).toEqual([]);
    expect(linesMatching(files, ENVIRONMENT)).toEqual([]);
  });

  it('read the environment in server/config.ts alone', () => {
    const files = sourceFiles(...ROOMS).filter(({ path }) => path !== 'server/config.ts');
    expect(linesMatching(files, ENVIRONMENT)).toEqual([]);
  });

  it('claim an approval by hand in domain/seal-approval.ts alone', () => {
    const files = sourceFiles(...ROOMS).filter(({ path }) => path !== 'domain/seal-approval.ts');
    expect(linesMatching(files, FORGED_APPROVAL)).toEqual([]);
  });

  it(`stay at ${MOST_LINES} lines or fewer`, () => {
    const long = sourceFiles(...ROOMS, 'scripts', 'bench', 'tests')
      .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
      .filter(({ lines }) => lines > MOST_LINES);
    expect(long).toEqual([]);
  });

  it('have no default barrel that hides where a name lives', () => {
    expect(
      sourceFiles(...ROOMS)
        .map(({ path }) => path)
        .filter((path) => /\/index\.tsx?$/.test(path)),
    ).toEqual([]);
  });
});

describe('the rules about sources', () => {
  it.each([
    ['const at = Date.now();', CLOCK_OR_CHANCE],
    ['const at = new Date();', CLOCK_OR_CHANCE],
    ['const chance = Math.random();', CLOCK_OR_CHANCE],
    ['const key = process.env.API_KEY;', ENVIRONMENT],
    ['broker.submit(order as RiskApproved<OrderRequest>);', FORGED_APPROVAL],
    ['return copy as unknown as Sealed<Order>;', FORGED_APPROVAL],
  ])('refuse %s', (code, rule) => {
    expect(linesMatching([file(code)], rule)).toHaveLength(1);
  });

  it.each([
    ['const text = new Date(atMs).toISOString();', CLOCK_OR_CHANCE],
    ['// Date.now() would make a replay differ', CLOCK_OR_CHANCE],
    ['/** Never `process.env`. */', ENVIRONMENT],
    ['submit(order: RiskApproved<OrderRequest>): Promise<Order>;', FORGED_APPROVAL],
  ])('allow %s', (code, rule) => {
    expect(linesMatching([file(code)], rule)).toEqual([]);
  });
});
