/** What two comparisons say together. It claims nothing about any other span, and nothing about profit. */
import type { Comparison } from './compare-policies.ts';

export type HelpFinding =
  | 'helped'
  | 'helped_by_chance'
  | 'harmed'
  | 'not_told'
  | 'too_few'
  | 'same_decisions';

export interface HelpVerdict {
  readonly finding: HelpFinding;
  readonly words: string;
}

/** Better than the rules is not enough: who refuses more does better wherever trading loses. */
export function helpVerdict(
  lessRules: Pick<Comparison, 'finding'>,
  lessRandom: Pick<Comparison, 'finding'>,
): HelpVerdict {
  if (lessRules.finding === 'same_decisions')
    return {
      finding: 'same_decisions',
      words: 'The model changed nothing: the rules alone came to the same.',
    };
  if (lessRules.finding === 'too_few' || lessRandom.finding === 'too_few')
    return { finding: 'too_few', words: 'Too few decisions to tell whether the model helps.' };
  if (lessRules.finding === 'worse')
    return { finding: 'harmed', words: 'In this span the model did worse than the rules alone.' };
  if (lessRules.finding === 'no_difference')
    return {
      finding: 'not_told',
      words: 'It cannot be told whether the model helps: its difference to the rules may be chance.',
    };
  if (lessRandom.finding === 'better')
    return {
      finding: 'helped',
      words:
        'In this span the model did better than the rules alone and better than refusing at random as often. It says nothing about another span.',
    };
  if (lessRandom.finding === 'worse')
    return {
      finding: 'helped_by_chance',
      words:
        'In this span the model did better than the rules alone, and refusing at random as often did better still: it helped by trading less, not by choosing.',
    };
  return {
    finding: 'helped_by_chance',
    words:
      'In this span the model did better than the rules alone, and refusing at random as often cannot be told apart from it: trading less explains as much.',
  };
}
