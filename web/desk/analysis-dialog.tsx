import { askAnalysis } from '../api/actions.ts';
import { baseName } from '../format/words.ts';
import { ActionDialog } from '../ui/action-dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { StartedRun } from './started-run.tsx';

/** Asks what the agents make of some symbols. An analysis never trades. */
export function AnalysisDialog({ symbols, onClose }: { symbols: readonly string[]; onClose: () => void }) {
  return (
    <ActionDialog
      title="Ask for an analysis"
      description="The same look, indicators and agents as a cycle, without the part that trades."
      confirmLabel="Start the analysis"
      fields={
        <>
          <fieldset className="flex flex-col gap-1.5">
            <legend className="mb-1 font-medium">Symbols</legend>
            <div className="flex max-h-40 flex-wrap gap-x-4 gap-y-2 overflow-y-auto">
              {symbols.map((symbol, index) => (
                <label key={symbol} className="flex min-h-8 items-center gap-1.5">
                  <input
                    type="checkbox"
                    name="symbol"
                    value={symbol}
                    defaultChecked={index === 0}
                    className="size-4 accent-accent"
                  />
                  {baseName(symbol)}
                </label>
              ))}
            </div>
          </fieldset>
          <TextField
            label="Question, if there is one"
            name="question"
            maxLength={500}
            placeholder="Is the fall over?"
          />
        </>
      }
      act={async (form, idempotencyKey) => {
        const chosen = form.getAll('symbol').map(String);
        const question = String(form.get('question') ?? '').trim();
        if (chosen.length === 0) throw new Error('Choose at least one symbol.');
        const { runId } = await askAnalysis(
          { symbols: chosen, ...(question === '' ? {} : { question }) },
          idempotencyKey,
        );
        return <StartedRun runId={runId} what="The analysis" />;
      }}
      onClose={onClose}
    />
  );
}
