/** The pages that explain every code a caller or a trace can meet. */
import { ABSTENTIONS } from '#domain/abstention.ts';
import { ERROR_RULES, type ErrorRule } from '#domain/errors.ts';
import { DENIALS, WITHHOLDINGS } from '#domain/proposal.ts';

const MADE = '<!-- Made by `npm run docs`; edit the table in the code instead. -->';

export function errorsPage(): string {
  const rows = Object.entries<ErrorRule>(ERROR_RULES).map(([code, { status, retryable, meaning }]) => [
    anchored(code),
    String(status),
    retryable ? 'yes' : 'no',
    meaning,
  ]);
  return page(
    'Error codes',
    'domain/errors.ts',
    'A failure over HTTP is `application/problem+json` with one of these as its `code`; on the command line it is the first word on stderr. *Retry* says whether the same call may succeed later as it is.',
    table(['code', 'HTTP status', 'retry', 'meaning'], rows),
  );
}

export function denialsPage(): string {
  const rows = (codes: Readonly<Record<string, string>>) =>
    Object.entries(codes).map(([code, meaning]) => [anchored(code), meaning]);
  return page(
    'Denial codes',
    'domain/proposal.ts',
    'A denial is our own answer to a proposal, never a failure. A verdict carries each with the measured value and the limit it broke; a finding that only shrank the size has the same codes with the effect `resize`.',
    `${table(['code', 'meaning'], rows(DENIALS))}\n\n## Nothing proposed\n\nWhy a subject of a cycle gave no proposal at all, as \`withheld\` of its record tells it with the numbers.\n\n${table(['code', 'meaning'], rows(WITHHOLDINGS))}`,
  );
}

export function abstentionsPage(): string {
  const rows = Object.entries(ABSTENTIONS).map(([code, { meaning, isModelAway }]) => [
    anchored(code),
    meaning,
    isModelAway ? 'yes' : 'no',
  ]);
  return page(
    'Abstentions',
    'domain/abstention.ts',
    'Why a model’s answer was not used and the agent’s rules decided instead. Each failure has one reason; the record of a cycle counts them (`llm.abstentions`), `/metrics` too (`vigil_agent_abstentions_total`), and an opinion tells what was doubted (`doubts`). Where *the model is away*, the gate opens nothing in that cycle (`model_unavailable`).',
    table(['reason', 'meaning', 'the model is away'], rows),
  );
}

export function page(title: string, source: string, introduction: string, body: string): string {
  return `${MADE}\n# ${title}\n\n${introduction} Source: [\`${source}\`](../${source}).\n\n${body}\n`;
}

function anchored(code: string): string {
  return `<a id="${code}"></a>\`${code}\``;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
