import type { PromptDetail } from '../api/prompt-types.ts';
import { useSearchParams } from '../router/router.tsx';
import { FailureNote } from '../ui/failure-note.tsx';
import { Panel } from '../ui/panel.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { ViewTabs } from '../ui/view-tabs.tsx';
import { CompareView } from './compare-view.tsx';
import { HistoryView } from './history-view.tsx';
import { NumbersView } from './numbers-view.tsx';
import { PreviewView } from './preview-view.tsx';
import { PROMPT_VIEWS, VIEW, viewOf } from './prompt-view.ts';
import { type Question, QuestionChoice, useQuestion } from './question-choice.tsx';
import { type TrialRun, TrialView, useTrial } from './trial-view.tsx';
import type { DraftCheck } from './use-check.ts';
import type { EditedDraft } from './use-draft.ts';

interface PromptViewsProps {
  readonly detail: PromptDetail;
  readonly shown: number;
  readonly edited: EditedDraft;
  readonly check: DraftCheck;
}

/** What there is to know of the text in the editor, one view at a time. */
export function PromptViews(props: PromptViewsProps) {
  const [search] = useSearchParams();
  const view = viewOf(search);
  // Kept here, so that a look at another view loses neither the choice nor the answer that was paid for.
  const asking = useQuestion(props.detail.name);
  const trying = useTrial(props.detail.name);
  return (
    <Panel title={PROMPT_VIEWS[view]} className="min-h-96">
      <ViewTabs
        label="Views of the prompt"
        parameter={VIEW}
        views={Object.entries(PROMPT_VIEWS).map(([name, label]) => ({ name, label }))}
        current={view}
      />
      {view === 'compare' && <CompareView detail={props.detail} />}
      {view === 'history' && <HistoryView detail={props.detail} shown={props.shown} />}
      {view === 'numbers' && <NumbersView name={props.detail.name} />}
      {(view === 'preview' || view === 'try') && (
        <QuestionViews {...props} view={view} asking={asking} trying={trying} />
      )}
    </Panel>
  );
}

interface QuestionViewsProps extends PromptViewsProps {
  readonly view: 'preview' | 'try';
  readonly asking: Question;
  readonly trying: TrialRun;
}

function QuestionViews(props: QuestionViewsProps) {
  const { detail, edited, check, view, asking, trying } = props;
  const { name } = detail;
  const { runs, isKnown, error, question, choose } = asking;
  if (error) return <FailureNote error={error} />;
  if (!isKnown) return <SkeletonRows rows={5} className="h-16" />;
  const problems = check.checked?.problems.length ?? 0;
  return (
    <>
      <QuestionChoice name={name} runs={runs} question={question} onChoose={choose} />
      {view === 'preview' ? (
        <PreviewView name={name} draft={edited.draft} check={check} question={question} />
      ) : (
        <TrialView
          trying={trying}
          draft={edited.draft}
          question={question}
          hindrance={problems > 0 ? 'The text has a problem: solve it first.' : null}
        />
      )}
    </>
  );
}
