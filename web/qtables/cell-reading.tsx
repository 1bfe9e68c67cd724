import type { QAction } from '#domain/signal.ts';
import { formatCount, formatPercent } from '../format/number.ts';
import { type HeatCell, type HeatChoice, meanValue } from './heat-cells.ts';
import { labelOf } from './heat-map.tsx';
import { valueWords } from './q-words.ts';
import type { Shade } from './use-heat-choice.ts';

interface CellReadingProps {
  readonly cell: HeatCell | null;
  readonly choice: HeatChoice;
  readonly shade: Shade;
  readonly actions: readonly QAction[];
}

/** The cell under the pointer or the keys in figures. It has its room before there is one, so that nothing moves. */
export function CellReading({ cell, choice, shade, actions }: CellReadingProps) {
  return (
    <div className="min-h-32 border-line border-t p-3 sm:min-h-24">
      {cell === null ? (
        <p className="text-muted">
          Point at a cell, or go to it with the keys, for its figures; choose it to list its situations alone.
        </p>
      ) : (
        <>
          <p className="font-medium">{labelOf(cell, choice, shade, actions)}</p>
          <dl className="mt-1 flex flex-wrap gap-x-5 gap-y-1">
            {actions.map((action, at) => (
              <div key={action}>
                <dt className="text-muted text-xs">{action}</dt>
                <dd>
                  {valueWords(meanValue(cell.states, at))}
                  <span className="text-muted text-xs"> {adviceShare(cell, at)}</span>
                </dd>
              </div>
            ))}
            <div>
              <dt className="text-muted text-xs">spread</dt>
              <dd>{valueWords(cell.spread)}</dd>
            </div>
          </dl>
        </>
      )}
    </div>
  );
}

function adviceShare({ supported, advised }: HeatCell, action: number): string {
  const visits = advised[action] ?? 0;
  const all = advised.reduce((sum, count) => sum + count, 0);
  if (supported.length === 0 || visits === 0) return '';
  return `advised in ${formatPercent(visits / all, { digits: 0 })}, ${formatCount(visits)} visits`;
}
