import type { Compared, ComparedRun, Difference, RunComparison } from '#domain/run-comparison.ts';

/** A comparison for a terminal: whether the two differ, from which step on, each difference, and what both came to. */
export function comparisonText({
  run,
  with: other,
  isSameMarket,
  firstDifference,
  differences,
}: RunComparison): string {
  const title = `run ${run.runId} (${run.kind}) beside run ${other.runId} (${other.kind})`;
  const market = isSameMarket ? [] : ['they saw different markets'];
  const verdict =
    firstDifference === null
      ? 'both decided the same'
      : `they differ from ${firstDifference} on, in ${differences.length} ${differences.length === 1 ? 'thing' : 'things'}`;
  return [title, ...market, verdict, ...differences.map(lineOf), cameTo(other), cameTo(run)].join('\n');
}

function lineOf({ node, symbol, field, was, is }: Difference): string {
  const what = `${node}${symbol === null ? '' : ` ${symbol}`} ${field}`;
  return `  ${what}: ${words(was)} → ${words(is)}`;
}

function words(value: Compared): string {
  if (value === null) return 'none';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ');
  return String(typeof value === 'number' ? Number(value.toPrecision(10)) : value);
}

function cameTo({ runId, outcome, reason, tally }: ComparedRun): string {
  const { calls, inputTokens, outputTokens, costUsd, orders, refused } = tally;
  const tokens =
    inputTokens === null || outputTokens === null ? 'tokens unknown' : `${inputTokens + outputTokens} tokens`;
  const cost = costUsd === null ? 'cost unknown' : `${costUsd.toFixed(4)} USD`;
  return `${runId}: ${outcome}, ${reason}; ${orders} to be placed, ${refused} refused, ${calls} calls, ${tokens}, ${cost}`;
}
