import type { TextProblem } from '../api/prompt-types.ts';
import { plural } from '../format/words.ts';
import { Button } from '../ui/button.tsx';
import type { DraftCheck } from './use-check.ts';

interface ProblemListProps {
  readonly id: string;
  readonly check: DraftCheck;
  readonly onShow: (problem: TextProblem) => void;
  readonly onInsert: (variable: string) => void;
}

/** What keeps the text from being saved, told as it changes. Holds one line's height when there is nothing. */
export function ProblemList({ id, check, onShow, onInsert }: ProblemListProps) {
  const problems = check.checked?.problems ?? [];
  return (
    <div className="border-line border-t px-3 py-2 text-xs">
      <p id={id} role="status" className={problems.length > 0 ? 'font-medium text-down' : 'text-muted'}>
        {summaryOf(check)}
      </p>
      {problems.length > 0 && (
        <ul className="mt-1 flex flex-col gap-1">
          {problems.map((problem, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two problems may read alike
            <li key={index} className="flex flex-wrap items-center gap-x-2">
              <ProblemLine problem={problem} onShow={onShow} onInsert={onInsert} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function ProblemLine({
  problem,
  onShow,
  onInsert,
}: { problem: TextProblem } & Pick<ProblemListProps, 'onShow' | 'onInsert'>) {
  const { at, message, variable, location } = problem;
  if (at !== null)
    return (
      <button
        type="button"
        onClick={() => onShow(problem)}
        className="min-h-6 text-left underline decoration-dotted underline-offset-2 hover:text-accent"
      >
        Line {at.line}: {message}
      </button>
    );
  return (
    <>
      <span>
        {location === 'text' ? '' : `${settingName(location)}: `}
        {message}
      </span>
      {variable !== null && (
        <Button className="py-0 text-xs" onClick={() => onInsert(variable)}>
          Insert {`{{${variable}}}`}
        </Button>
      )}
    </>
  );
}

const SETTING_NAMES: Readonly<Record<string, string>> = {
  'config.temperature': 'Temperature',
  'config.maxOutputTokens': 'Most output tokens',
};

function settingName(location: string): string {
  return SETTING_NAMES[location] ?? 'Settings';
}

function summaryOf({ checked, isFresh, error }: DraftCheck): string {
  if (checked === null) return error ? 'Not checked: the desk does not answer' : 'Checking …';
  if (checked.problems.length > 0)
    return `${plural(checked.problems.length, 'problem')} to solve before it can be saved`;
  return isFresh ? 'Every variable is in its place' : 'Checking …';
}
