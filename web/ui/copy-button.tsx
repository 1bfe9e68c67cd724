import { useState } from 'react';
import { Button } from './button.tsx';
import { copyText } from './copy-text.ts';

/** Copies what `text` gives when it is pressed, and says so on itself. */
export function CopyButton({ text, label = 'Copy' }: { text: () => string; label?: string }) {
  const [outcome, setOutcome] = useState<'copied' | 'refused' | null>(null);
  return (
    <Button
      tone="quiet"
      className="px-2 text-xs"
      onClick={async () => setOutcome((await copyText(text())) ? 'copied' : 'refused')}
      onBlur={() => setOutcome(null)}
    >
      <span aria-live="polite">
        {outcome === 'copied' ? 'Copied' : outcome === 'refused' ? 'The browser refused' : label}
      </span>
    </Button>
  );
}
