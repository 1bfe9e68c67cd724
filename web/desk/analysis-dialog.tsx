import { askAnalysis } from '../api/actions.ts';
import { baseName } from '../format/words.ts';
import { useDeskState } from '../shell/use-desk-state.ts';
import { ActionDialog } from '../ui/action-dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { StartedRun } from './started-run.tsx';

/** Asks what the agents make of some symbols. An analysis never trades. */
export function AnalysisDialog({ symbols, onClose }: { symbols: readonly string[]; onClose: () => void }) {
  const state = useDeskState();
  const hasNoModel = state.data?.model.configured === false;
  return (
    <ActionDialog
      title="Ask for an analysis"
      description={
        <>
          <p>The same look, indicators and agents as a cycle, without the part that trades.</p>
          {hasNoModel && (
            <p className="mt-2 rounded-md border border-watch/45 bg-watch-soft p-2.5 text-ink">
              No model is configured: the agents answer by their rules, with signals and numbers. Rules cannot
              answer a question in words; set OPENAI_API_KEY or OPENAI_BASE_URL for that.
            </p>
          )}
        </>
      }
      confirmLabel="Start the analysis"
      fields={
        <>
          <SymbolChoice symbols={symbols} />
          <TextField
            label="Question, if there is one"
            name="question"
            maxLength={500}
            disabled={hasNoModel}
            placeholder={hasNoModel ? 'Needs a model' : 'Is the fall over?'}
          />
        </>
      }
      act={async (form, post) => {
        const chosen = form.getAll('symbol').map(String);
        const question = String(form.get('question') ?? '');
        if (chosen.length === 0) throw new Error('Choose at least one symbol.');
        const { runId } = await askAnalysis(post, {
          symbols: chosen,
          ...(question === '' ? {} : { question }),
        });
        return { words: <StartedRun runId={runId} what="The analysis" /> };
      }}
      onClose={onClose}
    />
  );
}

function SymbolChoice({ symbols }: { symbols: readonly string[] }) {
  return (
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
  );
}
