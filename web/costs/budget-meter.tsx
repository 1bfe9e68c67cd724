import type { SystemState } from '#domain/desk-event.ts';
import { formatPercent, formatUsd } from '../format/number.ts';
import { toldWords } from './mode-words.ts';

/** Today's dollars against what the day may cost. */
export function BudgetMeter({ model }: { model: SystemState['model'] }) {
  const { spentUsd, limitUsd } = model.budget;
  const fraction = limitUsd > 0 ? Math.min(1, spentUsd / limitUsd) : 0;
  const tone = model.budgetSpent ? 'bg-down' : fraction > 0.8 ? 'bg-watch' : 'bg-accent';
  return (
    <div className="flex flex-col gap-1.5">
      <p>
        <strong className="font-semibold text-base">{formatUsd(spentUsd)}</strong>{' '}
        <span className="text-muted">
          {limitUsd === 0
            ? 'today; a budget of $0 asks nobody: the rules decide'
            : `of ${formatUsd(limitUsd)} today, spent or set aside (${formatPercent(fraction, { digits: 0 })})`}
        </span>
      </p>
      <div
        aria-hidden="true"
        className="h-2 overflow-hidden rounded-full border border-line-strong bg-raised"
      >
        <div className={`h-full ${tone}`} style={{ width: `${fraction * 100}%` }} />
      </div>
      <p className="text-muted text-xs">
        {model.budgetSpent && limitUsd > 0 && 'The budget is spent: the rules decide until 00:00 UTC. '}
        {toldWords(model.budget)}
      </p>
    </div>
  );
}
