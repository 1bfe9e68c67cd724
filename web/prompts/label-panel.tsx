import type { LabelPlace, PromptDetail } from '../api/prompt-types.ts';
import { formatWallTime } from '../format/time.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import type { LabelMove } from './label-dialog.tsx';
import { PRODUCTION } from './prompt-words.ts';

interface LabelPanelProps {
  readonly detail: PromptDetail;
  readonly onMove: (move: LabelMove) => void;
}

/** Where each label stands, since when and by whom; production can go one version back. */
export function LabelPanel({ detail: { moves, versions }, onMove }: LabelPanelProps) {
  return (
    <ul aria-label="Labels" className="divide-y divide-line border-line border-b">
      {moves.map((place) => (
        <li key={place.label} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
          <LabelBadge label={place.label} />
          <span className="font-medium">version {place.version}</span>
          <span className="min-w-0 grow text-muted text-xs">{movedWords(place)}</span>
          <LabelButton place={place} before={versionBefore(versions, place.version)} onMove={onMove} />
        </li>
      ))}
    </ul>
  );
}

export function LabelBadge({ label }: { label: string }) {
  return <Badge tone={label === PRODUCTION ? 'up' : 'accent'}>{label}</Badge>;
}

function LabelButton({
  place: { label, version },
  before,
  onMove,
}: {
  place: LabelPlace;
  before: number | null;
  onMove: LabelPanelProps['onMove'];
}) {
  if (label !== PRODUCTION)
    return <Button onClick={() => onMove({ label, from: version, to: null })}>Remove {label}</Button>;
  if (before === null) return null;
  return (
    <Button tone="danger" onClick={() => onMove({ label, from: version, to: before })}>
      Roll back to version {before}
    </Button>
  );
}

/** Stepping back twice never leads forward. */
function versionBefore(versions: PromptDetail['versions'], version: number): number | null {
  const lower = versions.map((one) => one.version).filter((one) => one < version);
  return lower.length === 0 ? null : Math.max(...lower);
}

function movedWords({ movedBy, movedAtMs }: LabelPlace): string {
  if (movedAtMs === null) return '';
  return `since ${formatWallTime(movedAtMs)}${movedBy === null ? '' : ` by ${movedBy}`}`;
}
