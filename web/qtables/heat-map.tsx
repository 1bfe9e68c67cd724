import { type CSSProperties, type KeyboardEvent, useRef, useState } from 'react';
import type { QAction } from '#domain/signal.ts';
import { formatCount } from '../format/number.ts';
import { plural } from '../format/words.ts';
import { WideBox } from '../ui/wide-box.tsx';
import type { HeatCell, HeatChoice } from './heat-cells.ts';
import { ACTION_COLOURS, bucketLabel, valueWords } from './q-words.ts';
import type { Shade } from './use-heat-choice.ts';

interface HeatMapProps {
  readonly cells: readonly (readonly HeatCell[])[];
  readonly choice: HeatChoice;
  readonly shade: Shade;
  readonly actions: readonly QAction[];
  readonly chosen: HeatCell | undefined;
  readonly onChoose: (cell: HeatCell) => void;
  /** Under the pointer or the keys; null when there is none. */
  readonly onPoint: (cell: HeatCell | null) => void;
}

/** The keys move over the cells as over a board; Enter lists what a cell is made of. */
export function HeatMap({ cells, choice, shade, actions, chosen, onChoose, onPoint }: HeatMapProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [stop, setStop] = useState<readonly [number, number]>([0, 0]);
  const all = cells.flat();
  const scale = {
    visits: greatest(all, ({ visits }) => visits),
    spread: greatest(all, ({ spread }) => spread),
  };
  const [first = []] = cells;
  function onKey(event: KeyboardEvent) {
    const next = stepOf(event.key, stop, [cells.length, first.length]);
    if (next === null) return;
    event.preventDefault();
    body.current?.rows[next[0]]?.querySelectorAll('button')[next[1]]?.focus();
  }
  return (
    <WideBox label="Heat map">
      <table className="heat-map">
        <caption className="sr-only">
          {bucketLabel(choice.rows)} down, {bucketLabel(choice.columns)} across. Arrow keys go from cell to
          cell.
        </caption>
        <thead>
          <tr>
            <td className="text-left text-muted text-xs">
              {bucketLabel(choice.rows)} ↓ {bucketLabel(choice.columns)} →
            </td>
            {first.map(({ column }) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body} onKeyDown={onKey}>
          {cells.map((row, y) => (
            <tr key={row[0]?.row}>
              <th scope="row">{row[0]?.row}</th>
              {row.map((cell, x) => (
                <td key={cell.column}>
                  <button
                    type="button"
                    className="heat-cell"
                    data-look={lookOf(cell)}
                    style={colourOf(cell, shade, actions, scale)}
                    tabIndex={
                      y === Math.min(stop[0], cells.length - 1) && x === Math.min(stop[1], row.length - 1)
                        ? 0
                        : -1
                    }
                    aria-pressed={cell.row === chosen?.row && cell.column === chosen.column}
                    aria-label={labelOf(cell, choice, shade, actions)}
                    onClick={() => onChoose(cell)}
                    onFocus={() => {
                      setStop([y, x]);
                      onPoint(cell);
                    }}
                    onBlur={() => onPoint(null)}
                    onPointerEnter={() => onPoint(cell)}
                    onPointerLeave={() => onPoint(null)}
                  >
                    <strong>{mainWord(cell, shade, actions)}</strong>{' '}
                    <span>{cell.visits === 0 ? 'never met' : formatCount(cell.visits)}</span>
                  </button>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </WideBox>
  );
}

/** What a cell says in one line, for who does not see it; what is seen comes first. */
export function labelOf(
  cell: HeatCell,
  { rows, columns }: HeatChoice,
  shade: Shade,
  actions: readonly QAction[],
): string {
  const { row, column, states, supported, visits, best, spread } = cell;
  const where = `${bucketLabel(rows)} ${row}, ${bucketLabel(columns)} ${column}`;
  if (visits === 0) return `${where}: never met`;
  const rests = `${formatCount(visits)} visits, ${supported.length} of ${plural(states.length, 'situation')} with support`;
  const seen = `${where}: ${mainWord(cell, shade, actions)}, ${rests}`;
  if (best === null) return seen;
  return shade === 'action' ? `${seen}, spread ${valueWords(spread)}` : `${seen}, best ${actions[best]}`;
}

function lookOf({ visits, best }: HeatCell): 'unmet' | 'thin' | 'known' {
  if (visits === 0) return 'unmet';
  return best === null ? 'thin' : 'known';
}

function mainWord(cell: HeatCell, shade: Shade, actions: readonly QAction[]): string {
  if (cell.visits === 0) return '–';
  if (cell.best === null) return 'no say';
  return shade === 'action' ? (actions[cell.best] ?? '') : valueWords(cell.spread, SHORT);
}

/** Digits of a spread in its cell, which is narrow on a phone; the reading has them all. */
const SHORT = 2;

/** Of 100; the words must be read on it in light and in dark. */
const FAINTEST = 10;
const STRONGEST = 45;

function colourOf(
  { best, visits, spread }: HeatCell,
  shade: Shade,
  actions: readonly QAction[],
  scale: { readonly visits: number; readonly spread: number },
): CSSProperties | undefined {
  const action = best === null ? undefined : actions[best];
  if (action === undefined) return undefined;
  const wide = scale.spread === 0 ? 0 : Math.round(((spread ?? 0) / scale.spread) * 100);
  const colour =
    shade === 'action' ? ACTION_COLOURS[action] : `color-mix(in oklab, var(--agent) ${wide}%, var(--watch))`;
  // Visits lie orders of magnitude apart.
  const often = scale.visits <= 1 ? 1 : Math.log(visits) / Math.log(scale.visits);
  const strength = Math.round(FAINTEST + (STRONGEST - FAINTEST) * often);
  return { backgroundColor: `color-mix(in srgb, ${colour} ${strength}%, var(--surface))` };
}

function greatest(cells: readonly HeatCell[], read: (cell: HeatCell) => number | null): number {
  return cells.reduce((most, cell) => Math.max(most, read(cell) ?? 0), 0);
}

/** Where a key leads from a cell; null for a key that leads nowhere. */
function stepOf(
  key: string,
  [y, x]: readonly [number, number],
  [height, width]: readonly [number, number],
): readonly [number, number] | null {
  const within = (at: number, count: number) => Math.max(0, Math.min(count - 1, at));
  switch (key) {
    case 'ArrowUp':
      return [within(y - 1, height), x];
    case 'ArrowDown':
      return [within(y + 1, height), x];
    case 'ArrowLeft':
      return [y, within(x - 1, width)];
    case 'ArrowRight':
      return [y, within(x + 1, width)];
    case 'Home':
      return [y, 0];
    case 'End':
      return [y, width - 1];
    default:
      return null;
  }
}
