import { BudgetMeter } from '../costs/budget-meter.tsx';
import { modeName, thinkerWords } from '../costs/mode-words.ts';
import { sentence } from '../format/words.ts';
import { useDeskState } from '../shell/use-desk-state.ts';
import { Badge } from '../ui/badge.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Panel } from '../ui/panel.tsx';
import { PanelLink } from '../ui/panel-link.tsx';

/** Today's dollars against the budget, and in which mode models are asked. */
export function CostsPanel() {
  const state = useDeskState();
  return (
    <Panel title="Model costs" note="today, UTC" actions={<PanelLink to="/costs">Details</PanelLink>}>
      <div className="flex min-h-36 flex-col gap-2 p-3">
        <Loaded query={state} skeleton={<div className="skeleton grow" />}>
          {({ model }) => (
            <>
              <BudgetMeter model={model} />
              <p className="flex flex-wrap items-center gap-2">
                <Badge tone={model.mode === 'premium' ? 'neutral' : 'accent'}>{modeName(model)}</Badge>
                <span>{sentence(thinkerWords(model))}</span>
              </p>
            </>
          )}
        </Loaded>
      </div>
    </Panel>
  );
}
