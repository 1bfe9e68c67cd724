/** What a list of runs filters by and only a record tells. */
import type { CycleRecord } from './run.ts';

export interface RunFacts {
  /** Agents whose rules answered in a model's place. */
  readonly abstainedAgents: string[];
  /** Codes of every objection of a rule, an agent or a person, those that only made a size smaller among them. */
  readonly denialCodes: string[];
}

export function factsOf({ opinions, verdicts }: Pick<CycleRecord, 'opinions' | 'verdicts'>): RunFacts {
  const abstained = opinions.filter(({ abstention }) => abstention !== null).map(({ agent }) => agent);
  const codes = verdicts.flatMap(({ findings }) => findings.map(({ code }) => code));
  return { abstainedAgents: distinct(abstained), denialCodes: distinct(codes) };
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
