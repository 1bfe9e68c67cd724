import { useQuery } from '@tanstack/react-query';
import { performanceQuery } from '../api/queries.ts';
import { inQuote } from '../format/words.ts';
import { mainFigures } from '../performance/performance-words.tsx';
import { useDesk } from '../shell/use-desk.ts';
import { useQuote } from '../shell/use-quote.ts';
import { FigureGrid } from '../ui/figure-grid.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Panel } from '../ui/panel.tsx';
import { PanelLink } from '../ui/panel-link.tsx';

/** The desk's trading in six figures, over all of its time. */
export function PerformancePanel() {
  const { deskId } = useDesk();
  const quote = useQuote();
  const report = useQuery(performanceQuery(deskId, null));
  return (
    <Panel
      title="Performance"
      note={inQuote('all of its time', quote)}
      actions={<PanelLink to="/performance">Details</PanelLink>}
    >
      <div className="min-h-64 sm:min-h-44">
        <Loaded query={report} skeleton={<div className="skeleton m-3 h-56 sm:h-36" />}>
          {(answer) => <FigureGrid figures={mainFigures(answer)} className="grid-cols-2 sm:grid-cols-3" />}
        </Loaded>
      </div>
    </Panel>
  );
}
