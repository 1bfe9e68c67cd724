import type { SystemState } from '#domain/desk-event.ts';
import { formatTime } from '../format/time.ts';
import { Badge } from '../ui/badge.tsx';

/** Who thinks: the model, another one in its place, or the rules. */
export function ModelReading({ model }: { model: SystemState['model'] }) {
  if (!model.configured) return <span>rules only</span>;
  if (model.mode === 'free') return <span>rules only (free mode)</span>;
  if (model.budgetSpent) return <span>{spentWords(model)}</span>;
  if (model.status === 'up') return <span>{upWords(model)}</span>;
  return (
    <span role="status" title={model.reason ?? undefined}>
      <Badge tone="down">model down</Badge> {model.name}
      {model.sinceMs !== null && ` since wall ${formatTime(model.sinceMs).slice(0, 5)} UTC`},{' '}
      {insteadOf(model)}
    </span>
  );
}

/** A budget of nothing is spent on every day alike. */
function spentWords({ budget }: SystemState['model']): string {
  return budget.limitUsd === 0 ? 'rules only (no budget)' : 'budget spent: rules decide until 00:00 UTC';
}

function upWords({ mode, answering, name }: SystemState['model']): string {
  return mode === 'saving' ? `saving: ${answering ?? name}` : (name ?? 'model');
}

function insteadOf({ answering, whenDown }: SystemState['model']): string {
  if (answering !== null) return `${answering} answers`;
  return whenDown === 'rules' ? 'deciding by rules' : 'deciding by rules, opening nothing';
}
