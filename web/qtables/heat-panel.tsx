import { useMemo, useState } from 'react';
import type { QAction } from '#domain/signal.ts';
import type { QBucket, QState } from '../api/q-table-types.ts';
import { formatCount } from '../format/number.ts';
import { ChoiceField } from '../ui/field.tsx';
import { Panel } from '../ui/panel.tsx';
import { SpanChoice } from '../ui/span-choice.tsx';
import { CellReading } from './cell-reading.tsx';
import { type HeatCell, heatRows } from './heat-cells.ts';
import { HeatMap } from './heat-map.tsx';
import { ACTION_COLOURS, bucketLabel } from './q-words.ts';
import { StateTable } from './state-table.tsx';
import { POSITION, SHADES, type Shade, useHeatChoice } from './use-heat-choice.ts';

interface HeatPanelProps {
  readonly states: readonly QState[];
  readonly buckets: readonly QBucket[];
  readonly actions: readonly QAction[];
  readonly minVisits: number;
  /** More of them are on their way. */
  readonly isPart: boolean;
}

/** What the table advises where: two of its buckets as a map, the others as a filter, and the situations in figures. */
export function HeatPanel({ states, buckets, actions, minVisits, isPart }: HeatPanelProps) {
  const { choice, shade, change, any } = useHeatChoice(buckets);
  const [pointed, setPointed] = useState<HeatCell | null>(null);
  const [picked, setPicked] = useState<string | null>(null);
  const { rows, columns, only } = choice;
  const wanted = JSON.stringify(only);
  const cells = useMemo(
    () => heatRows(states, buckets, { rows, columns, only: JSON.parse(wanted) }, minVisits),
    [states, buckets, rows, columns, wanted, minVisits],
  );
  const keyOf = ({ row, column }: HeatCell) => `${rows}=${row} ${columns}=${column}`;
  const chosen = cells.flat().find((cell) => keyOf(cell) === picked);
  const shown = chosen ? chosen.states : cells.flat().flatMap((cell) => cell.states);
  const names = buckets.map(({ name }) => ({ value: name, label: bucketLabel(name) }));
  return (
    <Panel
      title="What it advises"
      note={`${formatCount(states.length)} situations met${isPart ? ' so far, more are coming' : ''}`}
    >
      <search className="grid grid-cols-2 gap-2 border-line border-b p-3 sm:grid-cols-4 xl:grid-cols-8">
        <ChoiceField
          label="Down"
          value={rows}
          choices={names.filter(({ value }) => value !== columns)}
          onChange={({ target }) => change('rows', target.value)}
        />
        <ChoiceField
          label="Across"
          value={columns}
          choices={names.filter(({ value }) => value !== rows)}
          onChange={({ target }) => change('columns', target.value)}
        />
        {buckets
          .filter(({ name }) => name !== rows && name !== columns)
          .map(({ name, values }) => (
            <ChoiceField
              key={name}
              label={bucketLabel(name)}
              value={only[name] ?? any}
              choices={[{ value: any, label: 'Any' }, ...values.map((value) => ({ value, label: value }))]}
              onChange={({ target: { value } }) =>
                change(name, value === any && name !== POSITION ? '' : value)
              }
            />
          ))}
      </search>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 px-3 pt-3">
        <SpanChoice
          label="Colour shows"
          choices={(Object.keys(SHADES) as Shade[]).map((value) => ({ value, label: SHADES[value] }))}
          chosen={shade}
          onChoose={(value) => change('shade', value === 'action' ? '' : value)}
        />
        <Legend shade={shade} actions={actions} minVisits={minVisits} />
      </div>
      <div className="p-3">
        <HeatMap
          {...{ cells, choice, shade, actions, chosen }}
          onChoose={(cell) => setPicked(keyOf(cell) === picked ? null : keyOf(cell))}
          onPoint={setPointed}
        />
      </div>
      <CellReading cell={pointed ?? chosen ?? null} {...{ choice, shade, actions }} />
      <StateTable
        key={`${rows} ${columns} ${wanted} ${picked}`}
        states={shown}
        of={chosen ? `${bucketLabel(rows)} ${chosen.row}, ${bucketLabel(columns)} ${chosen.column}` : null}
        {...{ buckets, actions, minVisits, only }}
      />
    </Panel>
  );
}

interface LegendProps {
  readonly shade: Shade;
  readonly actions: readonly QAction[];
  readonly minVisits: number;
}

function Legend({ shade, actions, minVisits }: LegendProps) {
  return (
    <ul className="flex flex-wrap gap-x-3 gap-y-1 text-muted text-xs">
      {shade === 'action' ? (
        actions.map((action) => <Sample key={action} colour={ACTION_COLOURS[action]} words={action} />)
      ) : (
        <>
          <Sample colour="var(--watch)" words="best action barely ahead" />
          <Sample colour="var(--agent)" words="far ahead of the next" />
        </>
      )}
      <li>stronger: more visits</li>
      <li className="flex items-center gap-1">
        <span className="heat-cell size-3.5" data-look="thin" />
        none with {minVisits} visits: no say
      </li>
    </ul>
  );
}

function Sample({ colour, words }: { colour: string; words: string }) {
  return (
    <li className="flex items-center gap-1">
      <span
        className="size-3.5 rounded-sm border border-line-strong"
        style={{ backgroundColor: `color-mix(in srgb, ${colour} 45%, var(--surface))` }}
      />
      {words}
    </li>
  );
}
