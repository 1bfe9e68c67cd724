import { useMemo } from 'react';
import { useMedia } from '../shell/use-media.ts';
import { type DiffPart, type DiffRow, type DiffSide, diffRows } from './diff-rows.ts';

interface DiffViewProps {
  readonly unified: string;
  /** What stands left and right, or before and after. */
  readonly left: string;
  readonly right: string;
  /** One below the other whatever the width. */
  readonly isNarrow?: boolean;
}

/** Two texts side by side where there is room, one below the other where there is not. */
export function DiffView({ unified, left, right, isNarrow = false }: DiffViewProps) {
  const rows = useMemo(() => diffRows(unified), [unified]);
  const isWide = useMedia('(min-width: 64rem)') && !isNarrow;
  if (rows.length === 0) return <p className="p-3 text-muted">Nothing differs.</p>;
  return isWide ? (
    <SideBySide rows={rows} left={left} right={right} />
  ) : (
    <Unified rows={rows} left={left} right={right} />
  );
}

interface RowsProps extends Pick<DiffViewProps, 'left' | 'right'> {
  readonly rows: readonly DiffRow[];
}

function SideBySide({ rows, left, right }: RowsProps) {
  return (
    <table className="w-full table-fixed border-collapse font-mono text-xs leading-5">
      <caption className="sr-only">
        {left} on the left, {right} on the right
      </caption>
      <thead>
        <tr className="text-left font-sans text-muted">
          <th scope="col" className="w-9 border-line border-b" aria-label="Line on the left" />
          <th scope="col" className="border-line border-b px-2 py-1 font-medium">
            {left}
          </th>
          <th scope="col" className="w-9 border-line border-b border-l" aria-label="Line on the right" />
          <th scope="col" className="border-line border-b px-2 py-1 font-medium">
            {right}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows of a finished difference never move
          <tr key={index} className="align-top">
            {row.kind === 'gap' ? (
              <td colSpan={4} className="bg-raised px-2 text-center text-faint">
                …
              </td>
            ) : (
              <>
                <SideCells side={row.left} change={row.kind === 'changed' ? 'removed' : null} />
                <SideCells side={row.right} change={row.kind === 'changed' ? 'added' : null} />
              </>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

type Change = 'removed' | 'added';
const LOOKS: Record<Change, string> = { removed: 'bg-down-soft', added: 'bg-up-soft' };
const SIGNS: Record<Change, string> = { removed: '−', added: '+' };

function SideCells({ side, change }: { side: DiffSide | null; change: Change | null }) {
  const look = side === null ? 'bg-raised' : change === null ? '' : LOOKS[change];
  return (
    <>
      <td className={`select-none px-1 text-right text-muted ${look}`}>{side?.line}</td>
      <td className={`whitespace-pre-wrap break-words px-2 ${look}`}>
        {side && <Words parts={side.parts} change={change} />}
      </td>
    </>
  );
}

function Unified({ rows, left, right }: RowsProps) {
  return (
    <figure aria-label={`From ${left} to ${right}`} className="font-mono text-xs leading-5">
      {unifiedLines(rows).map((row, index) =>
        row === null ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows of a finished difference never move
          <p key={index} className="bg-raised text-center text-faint">
            …
          </p>
        ) : (
          <p
            // biome-ignore lint/suspicious/noArrayIndexKey: rows of a finished difference never move
            key={index}
            className={`flex gap-1.5 whitespace-pre-wrap px-2 ${row.change === null ? '' : LOOKS[row.change]}`}
          >
            <span aria-hidden="true" className="w-2 shrink-0 select-none text-muted">
              {row.change && SIGNS[row.change]}
            </span>
            <span className="min-w-0 break-words">
              <Words parts={row.side.parts} change={row.change} />
            </span>
          </p>
        ),
      )}
    </figure>
  );
}

interface UnifiedLine {
  readonly side: DiffSide;
  readonly change: Change | null;
}

/** What went before what came, as far as lines that changed stand together. */
function unifiedLines(rows: readonly DiffRow[]): (UnifiedLine | null)[] {
  const lines: (UnifiedLine | null)[] = [];
  let came: UnifiedLine[] = [];
  for (const row of rows) {
    if (row.kind !== 'changed') {
      lines.push(...came, row.kind === 'gap' ? null : { side: row.right, change: null });
      came = [];
      continue;
    }
    if (row.left) lines.push({ side: row.left, change: 'removed' });
    if (row.right) came.push({ side: row.right, change: 'added' });
  }
  return [...lines, ...came];
}

const WORD_LOOKS: Record<Change, string> = {
  removed: 'rounded-sm bg-down/25 no-underline',
  added: 'rounded-sm bg-up/25 no-underline',
};

function Words({ parts, change }: { parts: readonly DiffPart[]; change: Change | null }) {
  const Tag = change === 'removed' ? 'del' : 'ins';
  if (change === null) return parts.map(({ text }) => text).join('');
  return parts.map(({ text, isChanged }, index) =>
    isChanged ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of a line have no other name
      <Tag key={index} className={WORD_LOOKS[change]}>
        {text}
      </Tag>
    ) : (
      text
    ),
  );
}
