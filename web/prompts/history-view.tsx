import { useState } from 'react';
import type { PromptDetail, PromptVersion } from '../api/prompt-types.ts';
import { formatWallTime } from '../format/time.ts';
import { Link } from '../router/link.tsx';
import { useSearchParams } from '../router/router.tsx';
import { Button } from '../ui/button.tsx';
import { FROM, TO } from './compare-view.tsx';
import { LabelDialog, type LabelMove } from './label-dialog.tsx';
import { LabelBadge, LabelPanel } from './label-panel.tsx';
import { VERSION, VIEW } from './prompt-view.ts';
import { CANDIDATE, PRODUCTION } from './prompt-words.ts';

/** Every version with who saved it and why, and where the labels stand. */
export function HistoryView({ detail, shown }: { detail: PromptDetail; shown: number }) {
  const [move, setMove] = useState<LabelMove | null>(null);
  return (
    <>
      <LabelPanel detail={detail} onMove={setMove} />
      <ol aria-label="Versions" className="divide-y divide-line">
        {detail.versions.map((version) => (
          <li key={version.version} className="flex flex-col gap-1 px-3 py-2">
            <VersionLine version={version} detail={detail} isShown={version.version === shown} />
            <VersionButtons version={version.version} detail={detail} onMove={setMove} />
          </li>
        ))}
      </ol>
      {move && <LabelDialog name={detail.name} move={move} onClose={() => setMove(null)} />}
    </>
  );
}

interface VersionLineProps {
  readonly version: PromptVersion;
  readonly detail: PromptDetail;
  readonly isShown: boolean;
}

function VersionLine({ version: row, detail, isShown }: VersionLineProps) {
  const { version, author, message, sha256, createdAtMs } = row;
  const labels = Object.keys(detail.labels).filter((label) => detail.labels[label] === version);
  return (
    <>
      <p className="flex flex-wrap items-center gap-2">
        <span className="font-semibold">Version {version}</span>
        {labels.map((label) => (
          <LabelBadge key={label} label={label} />
        ))}
        {isShown && <span className="text-muted text-xs">in the editor</span>}
      </p>
      <p className="break-words">{message}</p>
      <p className="text-muted text-xs">
        by {author}, {formatWallTime(createdAtMs)} ·{' '}
        <span className="font-mono" title={sha256}>
          {sha256.slice(0, 12)}
        </span>
      </p>
    </>
  );
}

const LINK_LOOK =
  'inline-flex min-h-8 items-center rounded-md border border-line-strong px-3 font-medium hover:bg-hover pointer-coarse:min-h-10';

interface VersionButtonsProps {
  readonly version: number;
  readonly detail: PromptDetail;
  readonly onMove: (move: LabelMove) => void;
}

function VersionButtons({ version, detail: { labels }, onMove }: VersionButtonsProps) {
  const [search] = useSearchParams();
  const inProduction = labels[PRODUCTION];
  const to = (changes: Readonly<Record<string, string>>) => ({
    search: `?${new URLSearchParams({ ...Object.fromEntries(search), ...changes })}`,
  });
  return (
    <div className="flex flex-wrap gap-2">
      <Link
        to={to({ [VERSION]: String(version) })}
        className={LINK_LOOK}
        aria-label={`Open version ${version} in the editor`}
      >
        Open
      </Link>
      {inProduction !== undefined && inProduction !== version && (
        <Link
          to={to({ [VIEW]: 'compare', [FROM]: String(inProduction), [TO]: String(version) })}
          className={LINK_LOOK}
          aria-label={`Compare version ${version} with production`}
        >
          Compare
        </Link>
      )}
      {[PRODUCTION, CANDIDATE]
        .filter((label) => labels[label] !== version)
        .map((label) => (
          <Button
            key={label}
            aria-label={`Make ${label}: version ${version}`}
            onClick={() => onMove({ label, from: labels[label] ?? null, to: version })}
          >
            Make {label}
          </Button>
        ))}
    </div>
  );
}
