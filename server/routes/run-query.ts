/** What a list of runs can be asked for, and how it is read. */
import { z } from '@hono/zod-openapi';
import type { RunFilter } from '#db/repositories/run-list.ts';
import { AgentName } from '#domain/opinion.ts';
import { personText } from '#domain/person-text.ts';
import { DenialCode } from '#domain/proposal.ts';
import { CycleOutcome, RunKind, RunStatus } from '#domain/run.ts';
import { MOST_TERMS, parseSearch, SHORTEST_PREFIX } from '#domain/search-query.ts';
import { parseSymbol } from '#domain/symbol.ts';
import { refuseEmptySpan } from '../http/empty-span.ts';
import { Identifier, InstantQuery, SymbolText } from '../http/openapi.ts';
import { invalidAt } from '../http/problem.ts';
import { namesNear } from '../nearest-name.ts';

/** An empty text is no number, and not 0. */
const CostQuery = z
  .preprocess((given) => (given === '' ? Number.NaN : given), z.coerce.number().min(0).max(1_000_000))
  .optional();

export const RunQuery = z.object({
  kind: RunKind.optional(),
  status: z
    .enum([...RunStatus.options, 'waiting'])
    .optional()
    .describe('waiting: for a person’s approval; such a run is not among the running.'),
  outcome: CycleOutcome.optional(),
  symbol: SymbolText.optional(),
  deskId: Identifier.optional(),
  forks: z
    .stringbool({ truthy: ['true'], falsy: ['false'] })
    .optional()
    .describe('false leaves out runs that decide another one again.'),
  forkOf: Identifier.optional().describe('Those that decide this run again.'),
  agent: AgentName.optional().describe('For whom a model was asked.'),
  abstained: AgentName.optional().describe('Whose rules answered in a model’s place.'),
  denial: z
    .string()
    .min(1)
    .max(60)
    .optional()
    .describe('The code of an objection that denied a proposal or made it smaller.'),
  minCostUsd: CostQuery,
  maxCostUsd: CostQuery,
  from: InstantQuery,
  to: InstantQuery,
  q: personText(200)
    .optional()
    .describe(
      'Words of prompts, answers, questions and reasons, all in one of them or one model call: `funding "stop is wide"` ' +
        `or \`squeeze or spike\`, \`-fork\` for what a run must not hold, \`liquid*\` for a beginning of ${SHORTEST_PREFIX} letters and more; ` +
        `at most ${MOST_TERMS}. Numbers are found in answers, not in the tables of prompts.`,
    ),
});
export type RunQuery = z.infer<typeof RunQuery>;

/** @throws AppError `request_invalid`, `symbol_invalid` */
export function readRunQuery({ from, to, symbol, denial, q, ...query }: RunQuery): Omit<RunFilter, 'limit'> {
  refuseEmptySpan('minCostUsd', query.minCostUsd, query.maxCostUsd);
  refuseEmptySpan('from', from, to);
  return {
    ...query,
    fromMs: from,
    toMs: to,
    symbol: symbol === undefined ? undefined : parseSymbol(symbol),
    denial: denial === undefined ? undefined : readDenial(denial),
    search: q === undefined ? undefined : readSearch(q),
  };
}

function readDenial(text: string): DenialCode {
  const known = DenialCode.safeParse(text);
  if (known.success) return known.data;
  const near = namesNear(text, DenialCode.options);
  const words = near.length > 0 ? `did you mean ${near.join(', ')}?` : 'docs/denials.md lists them';
  throw invalidAt({ location: 'query.denial', message: `"${text}" is no denial code: ${words}` });
}

function readSearch(text: string) {
  const search = parseSearch(text);
  if (typeof search === 'string') throw invalidAt({ location: 'query.q', message: search });
  return search;
}
