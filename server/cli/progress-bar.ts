/** One line on a terminal that is written over and over, and is gone at the end. */
const BAR_CELLS = 24;
const TO_LINE_START = '\r';
const CLEAR_REST = '\u001b[K';

export interface ProgressBar {
  show(progress: { readonly doneFraction: number; readonly detail: string }): void;
  /** Clears the line; nothing is shown any more. */
  end(): void;
}

export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Shows nothing where nobody looks: on a pipe or in a file. */
export function createProgressBar(terminal: Terminal, elapsedMs: () => number): ProgressBar {
  if (!terminal.isTTY) return { show() {}, end() {} };
  const startedMs = elapsedMs();
  return {
    show({ doneFraction, detail }) {
      const line = progressLine({ doneFraction, detail, elapsedMs: elapsedMs() - startedMs });
      terminal.write(`${TO_LINE_START}${line.slice(0, (terminal.columns ?? 80) - 1)}${CLEAR_REST}`);
    },
    end() {
      terminal.write(`${TO_LINE_START}${CLEAR_REST}`);
    },
  };
}

export function progressLine(progress: {
  readonly doneFraction: number;
  readonly detail: string;
  readonly elapsedMs: number;
}): string {
  const { doneFraction, detail, elapsedMs } = progress;
  const full = Math.floor(doneFraction * BAR_CELLS);
  const bar = '█'.repeat(full) + '░'.repeat(BAR_CELLS - full);
  const leftMs = doneFraction > 0 ? (elapsedMs * (1 - doneFraction)) / doneFraction : null;
  const left = leftMs === null ? '' : ` ${durationText(leftMs)} left`;
  return `${bar} ${String(Math.floor(doneFraction * 100)).padStart(3)}%${left}  ${detail}`;
}

function durationText(durationMs: number): string {
  const seconds = Math.ceil(durationMs / 1_000);
  const minutes = Math.floor(seconds / 60);
  if (minutes >= 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}
