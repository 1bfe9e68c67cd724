import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Desk } from '#domain/run.ts';
import { setPaused } from '../api/actions.ts';
import { desksQuery, stateQuery } from '../api/queries.ts';
import { formatCount } from '../format/number.ts';
import { formatAge } from '../format/time.ts';
import { baseName, skippedWords } from '../format/words.ts';
import { useDesk } from '../shell/use-desk.ts';
import { ActionDialog } from '../ui/action-dialog.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Panel } from '../ui/panel.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { AnalysisDialog } from './analysis-dialog.tsx';
import { CycleDialog } from './cycle-dialog.tsx';
import { EmergencyDialog } from './emergency-dialog.tsx';

export function DeskPanel() {
  const desks = useQuery(desksQuery);
  const { deskId, choose } = useDesk();
  return (
    <Panel title={desks.data && desks.data.items.length > 1 ? 'Desks of this market' : 'Desk'}>
      <div className="flex min-h-44 flex-col divide-y divide-line">
        <Loaded query={desks} skeleton={<SkeletonRows rows={3} />}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState title="There is no desk">Starting the server without a desk makes one.</EmptyState>
            ) : (
              items.map((desk, index) => (
                <DeskCard
                  key={desk.deskId}
                  desk={desk}
                  isOldest={index === 0}
                  isOneOfMany={items.length > 1}
                  isShown={desk.deskId === deskId}
                  onShow={() => choose(desk.deskId)}
                />
              ))
            )
          }
        </Loaded>
      </div>
    </Panel>
  );
}

type Question = 'cycle' | 'pause' | 'analysis' | 'emergency';

interface DeskCardProps {
  readonly desk: Desk;
  readonly isOldest: boolean;
  readonly isOneOfMany: boolean;
  readonly isShown: boolean;
  readonly onShow: () => void;
}

function DeskCard({ desk, isOldest, isOneOfMany, isShown, onShow }: DeskCardProps) {
  const [asked, setAsked] = useState<Question | null>(null);
  // Under the key the status bar reads it by.
  const state = useQuery(stateQuery(isOldest ? null : desk.deskId));
  const mode = state.data?.trading.mode;
  const close = () => setAsked(null);
  return (
    <div className="flex flex-col gap-2.5 p-3">
      <p className="flex flex-wrap items-center gap-2">
        <strong className="font-semibold">{desk.name}</strong>
        {desk.paused && <Badge tone="watch">paused</Badge>}
        {!desk.paused && mode === 'active' && <Badge tone="up">running</Badge>}
        {mode === 'reducing' && <Badge tone="watch">reducing: closes and protects only</Badge>}
        {mode === 'halted' && <Badge tone="down">halted: protects only</Badge>}
        <span className="text-muted text-xs">every {formatAge(desk.intervalMs)}</span>
        {isOneOfMany && isShown && <Badge tone="accent">shown</Badge>}
        {isOneOfMany && !isShown && (
          <Button className="-my-1.5" aria-label={`Show the books of ${desk.name}`} onClick={onShow}>
            Show
          </Button>
        )}
      </p>
      <p className="text-muted">
        {desk.symbols.map(baseName).join(', ')} · {formatCount(desk.cyclesRun)}{' '}
        {desk.cyclesRun === 1 ? 'cycle' : 'cycles'} run, {skippedWords(desk.ticksSkipped)}
      </p>
      <div className="grid grid-cols-2 gap-2 sm:grid-cols-3">
        <Button tone="primary" icon="play" onClick={() => setAsked('cycle')}>
          Run a cycle
        </Button>
        <Button icon={desk.paused ? 'play' : 'pause'} onClick={() => setAsked('pause')}>
          {desk.paused ? 'Resume' : 'Pause'}
        </Button>
        <Button className="max-sm:col-span-2" icon="question" onClick={() => setAsked('analysis')}>
          Analyse
        </Button>
        <Button
          className="col-span-2 sm:col-span-3"
          tone="danger"
          icon="stop"
          onClick={() => setAsked('emergency')}
        >
          Emergency close of all
        </Button>
      </div>
      {asked === 'cycle' && <CycleDialog deskId={desk.deskId} mode={mode} onClose={close} />}
      {asked === 'pause' && <PauseDialog desk={desk} onClose={close} />}
      {asked === 'emergency' && <EmergencyDialog desk={desk} onClose={close} />}
      {asked === 'analysis' && <AnalysisDialog symbols={desk.symbols} onClose={close} />}
    </div>
  );
}

function PauseDialog({ desk, onClose }: { desk: Desk; onClose: () => void }) {
  const client = useQueryClient();
  // Fixed when asked: the desk's own word changes under the open dialog once the answer is in.
  const [pause] = useState(!desk.paused);
  return (
    <ActionDialog
      title={pause ? `Pause ${desk.name}?` : `Resume ${desk.name}?`}
      description={
        pause
          ? 'No cycle runs until it is resumed. Open positions keep their stops and targets on the venue.'
          : 'Cycles run again on schedule.'
      }
      confirmLabel={pause ? 'Pause' : 'Resume'}
      act={async () => {
        await setPaused(desk.deskId, pause);
        await client.invalidateQueries({ queryKey: desksQuery.queryKey });
        return { words: pause ? 'The desk is paused.' : 'The desk runs again.' };
      }}
      onClose={onClose}
    />
  );
}
