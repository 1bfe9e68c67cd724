import type { SystemState } from '#domain/desk-event.ts';
import { formatMarketTime } from '../format/time.ts';
import { sentence } from '../format/words.ts';
import { FailureNote } from '../ui/failure-note.tsx';
import { BreakerReading } from './breaker-reading.tsx';
import { MarketReading } from './market-reading.tsx';
import { StateControls } from './state-controls.tsx';
import { StateReason } from './state-reason.tsx';
import { useDeskState } from './use-desk-state.ts';

const MODE_LOOK = {
  active: 'border-l-up',
  reducing: 'border-l-watch bg-watch-soft',
  halted: 'border-l-down bg-down-soft',
} as const;

const MODE_TEXT = { active: 'text-up', reducing: 'text-watch', halted: 'text-down' } as const;

const MODE_MEANING = {
  active: 'Positions may be opened and closed',
  reducing: 'Positions may only be closed',
  halted: 'Nothing is opened until a person arms the desk',
} as const;

function meaningOf({ mode, endsBy }: SystemState['trading']): string {
  return endsBy === 'recovery' ? 'Nothing is opened until the market has recovered' : MODE_MEANING[mode];
}

/** What ends a halt; nothing else has an end of its own. */
function endOf({ mode, endsBy }: SystemState['trading']): string {
  if (mode !== 'halted') return '';
  return endsBy === 'recovery' ? ', until the market has recovered' : ', until a person arms';
}

/** The strip under the navigation, on every page: trading state and why, breaker, market, model. */
export function StatusBar() {
  const state = useDeskState();
  if (state.data) return <Status state={state.data} readAtMs={state.dataUpdatedAt} />;
  if (state.error) return <FailureNote error={state.error} onRetry={() => void state.refetch()} />;
  return (
    <div className="border-line border-b bg-surface" role="status" aria-label="Loading the trading state">
      <div className="mx-auto h-[14.5rem] max-w-[104rem] p-3 sm:px-5 md:h-[9.5rem] xl:h-[5.75rem]">
        <div className="skeleton h-full" />
      </div>
    </div>
  );
}

function Status({ state, readAtMs }: { state: SystemState; readAtMs: number }) {
  const { trading } = state;
  return (
    <section aria-label="Trading state" className="border-line border-b bg-surface">
      <div className="mx-auto grid min-h-[14.5rem] max-w-[104rem] grid-cols-[8.5rem_minmax(0,1fr)] md:gap-x-4 sm:px-5 md:min-h-[9.5rem] md:grid-cols-[1fr_auto] xl:min-h-[5.75rem] xl:grid-cols-[minmax(0,1fr)_auto_auto]">
        <div
          className={`col-span-2 flex min-w-0 items-center gap-3 border-l-4 px-3 py-2 max-md:min-h-[5.75rem] xl:col-span-1 ${MODE_LOOK[trading.mode]}`}
        >
          <div className="min-w-0 grow">
            <p className="flex flex-wrap items-baseline gap-x-2" title={meaningOf(trading)}>
              <strong className={`text-base ${MODE_TEXT[trading.mode]}`}>{sentence(trading.mode)}</strong>
              <span className="text-muted text-xs">
                since {formatMarketTime(trading.sinceMs)} by {trading.setBy}
                {endOf(trading)}
              </span>
            </p>
            <StateReason key={trading.reason} text={trading.reason} />
          </div>
          <StateControls mode={trading.mode} breaker={state.breaker} />
        </div>
        <BreakerReading breaker={state.breaker} />
        <MarketReading state={state} readAtMs={readAtMs} />
      </div>
    </section>
  );
}
