import { describe, expect, it } from 'vitest';
import { createProgressBar } from '#server/cli/progress-bar.ts';

function terminal(isTTY: boolean, columns = 80) {
  const written: string[] = [];
  return { isTTY, columns, written, write: (text: string) => written.push(text) };
}

/** What a person sees: each line goes over the one before. */
const lines = (written: readonly string[]) =>
  written.map((text) => text.replace('\r', '').replace('\u001b[K', ''));

describe('a progress bar', () => {
  it('tells how far it is, how long it takes, and where it is', () => {
    const screen = terminal(true);
    let elapsedMs = 5_000;
    const bar = createProgressBar(screen, () => elapsedMs);
    bar.show({ doneFraction: 0, detail: 'BTC' });
    elapsedMs += 30_000;
    bar.show({ doneFraction: 0.25, detail: 'BTC' });
    elapsedMs += 3_000_000;
    bar.show({ doneFraction: 0.375, detail: 'ETH' });
    bar.show({ doneFraction: 1, detail: 'ETH' });
    bar.end();
    expect(lines(screen.written)).toEqual([
      `${'░'.repeat(24)}   0%  BTC`,
      `██████${'░'.repeat(18)}  25% 1 min 30 s left  BTC`,
      `█████████${'░'.repeat(15)}  37% 1 h 24 min left  ETH`,
      `${'█'.repeat(24)} 100% 0 s left  ETH`,
      '',
    ]);
  });

  it('never wraps, or the line before would stay', () => {
    const screen = terminal(true, 30);
    createProgressBar(screen, () => 0).show({ doneFraction: 0.5, detail: 'BTC/USDT:USDT' });
    expect(lines(screen.written)[0]).toHaveLength(29);
  });

  it('writes nothing where nobody looks', () => {
    const pipe = terminal(false);
    const bar = createProgressBar(pipe, () => 0);
    bar.show({ doneFraction: 0.5, detail: 'BTC' });
    bar.end();
    expect(pipe.written).toEqual([]);
  });
});
