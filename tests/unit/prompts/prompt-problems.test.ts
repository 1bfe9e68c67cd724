import { describe, expect, it } from 'vitest';
import { findProblems } from '#prompts/prompt-problems.ts';

const GOOD =
  '{{rules}} {{answerSchema}}\n<!-- evidence -->\n{{proposals}} {{signals}} {{sequences}} {{ menu }}';
const told = (text: string) =>
  findProblems('executor', text).map(({ code, variable, at }) => [code, variable, at?.line, at?.column]);

describe('the problems of a prompt’s text', () => {
  it('are none where every variable stands in its half', () => {
    expect(findProblems('executor', GOOD)).toEqual([]);
    expect(findProblems('rules', 'No variables here.')).toEqual([]);
  });

  it('are all told at once, each use of an unknown variable with its own place', () => {
    expect(told(`{{moon}}\n  and {{ moon }}\n${GOOD.replace('{{signals}}', '')}`)).toEqual([
      ['unknown_variable', 'moon', 1, 1],
      ['unknown_variable', 'moon', 2, 7],
      ['missing_variable', 'signals', undefined, undefined],
    ]);
    const [problem] = findProblems('executor', `tail {{moon}}\n${GOOD}`);
    expect(problem?.at).toEqual({ from: 5, to: 13, line: 1, column: 6 });
  });

  it('point at evidence in the system half, and at a second marker', () => {
    expect(told(`{{menu}}\n${GOOD}`)).toEqual([['misplaced_variable', 'menu', 1, 1]]);
    expect(told(`${GOOD}\n<!-- evidence -->`)).toEqual([['marker', null, 4, 1]]);
  });

  it('name the missing marker alone, not every variable that would stand below it', () => {
    expect(told(GOOD.replace('<!-- evidence -->', ''))).toEqual([['marker', null, undefined, undefined]]);
  });

  it('know no name that every object has', () => {
    expect(told(`{{constructor}} {{toString}} ${GOOD}`)).toMatchObject([
      ['unknown_variable', 'constructor', 1, 1],
      ['unknown_variable', 'toString', 1, 17],
    ]);
  });
});
