import type { NodeName } from '#domain/run.ts';
import type { RunTracer } from '#graphs/deps.ts';

export interface RunGate {
  readonly tracer: (inner: RunTracer) => RunTracer;
  /** Resolves when the first run stands at the gate. */
  readonly reached: Promise<string>;
  open(): void;
}

/** Holds every run at the start of a node until the test lets them go. */
export function gateBefore(node: NodeName): RunGate {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let tell: (runId: string) => void = () => {};
  const reached = new Promise<string>((resolve) => {
    tell = resolve;
  });
  return {
    reached,
    open: () => open(),
    tracer: (inner) => ({
      ...inner,
      async opened(span) {
        await inner.opened(span);
        if (span.name !== node) return;
        tell(span.runId);
        await opened;
      },
    }),
  };
}
