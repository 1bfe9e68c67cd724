import { useMemo, useState } from 'react';
import { formatBytes } from '../format/number.ts';
import { Button } from './button.tsx';
import { CopyButton } from './copy-button.tsx';
import { JsonTree } from './json-tree.tsx';
import { LongText } from './long-text.tsx';

/** A JSON value as a folded tree or as its text, to be read, searched by eye and copied. */
export function JsonView({
  value,
  label,
  bytes,
}: {
  value: unknown;
  label: string;
  bytes?: number | undefined;
}) {
  const [isText, setText] = useState(false);
  return (
    <div className="min-w-0 rounded-md border border-line bg-raised">
      <div className="flex min-h-9 items-center gap-1 border-line border-b px-1">
        <Button
          tone="quiet"
          className="px-2 text-xs aria-pressed:text-ink"
          aria-pressed={isText}
          onClick={() => setText(!isText)}
        >
          Text
        </Button>
        <CopyButton text={() => textOf(value)} />
        {bytes !== undefined && <span className="ml-auto pr-2 text-muted text-xs">{formatBytes(bytes)}</span>}
      </div>
      {isText ? <JsonText value={value} label={label} /> : <JsonTree value={value} label={label} />}
    </div>
  );
}

function JsonText({ value, label }: { value: unknown; label: string }) {
  const text = useMemo(() => textOf(value), [value]);
  return <LongText text={text} label={label} />;
}

function textOf(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
