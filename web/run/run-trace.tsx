import { useState } from 'react';
import type { RunAnswer } from '../api/types.ts';
import { formatDuration, formatMarketTime } from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Panel } from '../ui/panel.tsx';
import { DroppedTrace } from './dropped-trace.tsx';
import { MarketMilestones } from './market-milestones.tsx';
import { mostTelling, readKey } from './node-reading.ts';
import { dataAgeMs, marketClockOf, milestonesOf } from './run-clock.ts';
import { CLOCK_PARAMETER, NODE_PARAMETER, type RunViewProps, SPAN_PARAMETER } from './run-view.ts';
import { SpanView } from './span-view.tsx';
import { type TraceRow, traceRows } from './trace-rows.ts';
import { useParameter } from './use-parameter.ts';
import { Waterfall, type WaterfallScale } from './waterfall.tsx';

/** Groups of more spans than this begin folded. */
const OPEN_UP_TO = 30;

/** Where the time went, on the wall's clock or the market's, and each span with what it saw and gave. */
export function RunTrace(props: RunViewProps) {
  const { thinnedAtMs } = props.answer.run;
  if (thinnedAtMs !== null) return <DroppedTrace title="Where the time went" thinnedAtMs={thinnedAtMs} />;
  return <LaidOut {...props} />;
}

function LaidOut({ answer, readAtMs }: RunViewProps) {
  const [clock, setClock] = useParameter(CLOCK_PARAMETER);
  const [spanId, chooseSpan] = useParameter(SPAN_PARAMETER);
  const [nodeKey] = useParameter(NODE_PARAMETER);
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
  const { spans, calls, record } = answer;
  const toMarket = marketClockOf(answer);
  const isMarket = clock === 'market' && toMarket !== null;
  const isFewSpans = spans.length <= OPEN_UP_TO;
  const tree = traceRows(spans, calls, (key) => isFewSpans !== turned.has(key));
  const queue = queueRow(answer);
  const rows = queue === null ? tree : [queue, ...tree];
  const told = nodeKey ?? mostTelling(spans);
  const shownId = spanId ?? (told === null ? null : (readKey(told, spans).span?.spanId ?? null));

  function turn({ key }: TraceRow) {
    const next = new Set(turned);
    if (!next.delete(key)) next.add(key);
    setTurned(next);
  }

  return (
    <div className="grid gap-3 lg:gap-4 xl:grid-cols-2">
      <div className="flex min-w-0 flex-col gap-3 self-start lg:gap-4">
        <Panel
          title="Where the time went"
          note={isMarket ? 'market time' : 'wall time'}
          actions={<ClockSwitch isMarket={isMarket} isTold={toMarket !== null} onChange={setClock} />}
        >
          {rows.length === 0 ? (
            <EmptyState title="Nothing has begun yet">Each node appears here when it begins.</EmptyState>
          ) : (
            <Waterfall
              rows={rows}
              scale={scaleOf(rows, readAtMs, isMarket ? toMarket : null)}
              nowMs={readAtMs}
              selectedId={shownId}
              onSelect={(row) => (row.spanId === null ? turn(row) : chooseSpan(row.spanId))}
              onTurn={turn}
            />
          )}
        </Panel>
        {record?.market && (
          <Panel
            title="On the market’s time"
            note={`${formatMarketTime(record.market.asOfMs)}, its newest candle ${formatDuration(dataAgeMs(record.market))} old`}
          >
            <MarketMilestones milestones={milestonesOf(answer)} />
          </Panel>
        )}
      </div>
      <SpanView
        answer={answer}
        spanId={shownId}
        isChosen={spanId !== null}
        onClose={() => chooseSpan(null)}
      />
    </div>
  );
}

/** From when the run was asked for to when its first node began. */
function queueRow({ run, spans }: RunAnswer): TraceRow | null {
  const beganAtMs = Math.min(...spans.map(({ startedAtMs }) => startedAtMs));
  if (!Number.isFinite(beganAtMs) || beganAtMs <= run.startedAtMs) return null;
  return {
    ...{ key: 'queue', level: 1, label: 'queue', note: null, look: 'queue', spanId: null, isOpen: null },
    startMs: run.startedAtMs,
    endMs: beganAtMs,
  };
}

function scaleOf(
  rows: readonly TraceRow[],
  nowMs: number,
  toMarket: ((wallMs: number) => number) | null,
): WaterfallScale {
  const at = toMarket ?? ((wallMs: number) => wallMs);
  let [fromMs, toMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { startMs, endMs } of rows) {
    fromMs = Math.min(fromMs, at(startMs));
    toMs = Math.max(toMs, at(endMs ?? nowMs));
  }
  return { at, fromMs, toMs };
}

interface ClockSwitchProps {
  readonly isMarket: boolean;
  /** False while the run's record, which knows the market's time, is not written. */
  readonly isTold: boolean;
  readonly onChange: (clock: string | null) => void;
}

function ClockSwitch({ isMarket, isTold, onChange }: ClockSwitchProps) {
  return (
    <fieldset className="flex gap-1">
      <legend className="sr-only">Clock</legend>
      <Button tone="quiet" className={CHOICE_LOOK} aria-pressed={!isMarket} onClick={() => onChange(null)}>
        Wall
      </Button>
      <Button
        tone="quiet"
        className={CHOICE_LOOK}
        aria-pressed={isMarket}
        disabled={!isTold}
        title={isTold ? undefined : 'The market’s time is told when the run has ended'}
        onClick={() => onChange('market')}
      >
        Market
      </Button>
    </fieldset>
  );
}

const CHOICE_LOOK = 'px-2 text-xs aria-pressed:bg-accent-soft aria-pressed:text-accent';
