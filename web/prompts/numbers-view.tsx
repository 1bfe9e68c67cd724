import { useQuery } from '@tanstack/react-query';
import type { TrialSum, VersionResult } from '#domain/prompt-trial.ts';
import { resultsQuery } from '../api/prompt-queries.ts';
import { formatCount, formatPercent, formatQuote, formatUsd } from '../format/number.ts';
import { formatDuration } from '../format/time.ts';
import { plural } from '../format/words.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';

/** What each version did in forks and shadows, beside the versions it was held against. */
export function NumbersView({ name }: { name: string }) {
  const results = useQuery(resultsQuery(name));
  return (
    <Loaded query={results} skeleton={<SkeletonRows rows={4} />}>
      {({ items }) =>
        items.length === 0 ? (
          <EmptyState title="No version has run beside production yet">
            Make a version the candidate: from the next cycle on it decides the same market in the shadow,
            without orders, and its numbers add up here. A fork of a past run counts too.
          </EmptyState>
        ) : (
          <>
            <p className="px-3 py-2 text-muted text-xs">
              Simulated: none of these orders was ever sent. Profit is reckoned on the candles that came
              after, with fees.
            </p>
            {items.map((result) => (
              <VersionNumbers key={`${result.version} ${result.model}`} result={result} />
            ))}
          </>
        )
      }
    </Loaded>
  );
}

function VersionNumbers({ result }: { result: VersionResult }) {
  const { version, model, run, with: then } = result;
  const title = `Version ${version}, ${model ?? 'rules alone'}`;
  return (
    <section aria-label={title} className="border-line border-t px-3 py-2">
      <h3 className="font-semibold">{title}</h3>
      <p className="text-muted">{runsWords(result)}</p>
      <table className="mt-1 w-full max-w-xl">
        <caption className="sr-only">Numbers of {title}, simulated</caption>
        <thead>
          <tr className="text-right text-muted text-xs">
            <td />
            <th scope="col" className="py-1 pl-3 font-medium">
              This version
            </th>
            <th scope="col" className="py-1 pl-3 font-medium">
              What decided then
            </th>
          </tr>
        </thead>
        <tbody>
          {FIGURES.map(([label, read]) => (
            <tr key={label} className="border-line border-t text-right align-top">
              <th scope="row" className="py-1 text-left font-normal text-muted">
                {label}
              </th>
              <td className="py-1 pl-3">{read(run)}</td>
              <td className="py-1 pl-3">{read(then)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const FIGURES: readonly (readonly [label: string, read: (sum: TrialSum) => string])[] = [
  ['Refused', ({ refused, proposals }) => `${formatCount(refused)} of ${plural(proposals, 'proposal')}`],
  ['Orders', ({ orders }) => formatCount(orders)],
  ['Profit after fees, simulated', profitOf],
  ['Abstentions', ({ abstentions }) => formatCount(abstentions)],
  ['Tokens read', ({ inputTokens }) => known(inputTokens, formatCount)],
  ['Tokens written', ({ outputTokens }) => known(outputTokens, formatCount)],
  ['Cost', ({ costUsd }) => known(costUsd, formatUsd)],
  ['Median time of a run', ({ medianDurationMs }) => known(medianDurationMs, formatDuration)],
];

/** `12 runs, 10 in the shadow; the same orders in 9 (75%); profit reckoned for 8` */
function runsWords({ runs, shadows, simulatedRuns, agreementFraction }: VersionResult): string {
  const agreed =
    agreementFraction === null
      ? []
      : [
          `the same orders in ${Math.round(agreementFraction * runs)} (${formatPercent(agreementFraction, { digits: 0 })})`,
        ];
  return [
    `${plural(runs, 'run')}, ${shadows} in the shadow`,
    ...agreed,
    `profit reckoned for ${simulatedRuns}`,
  ].join('; ');
}

function profitOf({ simulatedNetQuote, simulatedTrades }: TrialSum): string {
  if (simulatedNetQuote === null) return 'not yet known';
  return `${formatQuote(simulatedNetQuote, { signed: true })} in ${plural(simulatedTrades, 'trade')}`;
}

function known(value: number | null, written: (value: number) => string): string {
  return value === null ? 'unknown' : written(value);
}
