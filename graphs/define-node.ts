import { AppError, toAppError } from '#domain/errors.ts';
import type { DecidedBy } from '#domain/opinion.ts';
import type { NodeKind, NodeName, NodeTrace, Span } from '#domain/run.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { EpochMs } from '#domain/time.ts';
import type { AnalysisDeps } from './deps.ts';
import { RunParked } from './parked.ts';
import type { CyclePatch, RunRequest } from './state.ts';

/** What every node's input has: the run it belongs to. */
export interface NodeInput {
  readonly request: RunRequest;
}

export interface NodeResult {
  readonly patch: CyclePatch;
  /** Who decided; `code` when nobody was asked. */
  readonly decidedBy?: DecidedBy;
  /** What the span shows; the patch itself when absent. */
  readonly output?: unknown;
  /** When the node began, where it was parked in between. Wall time. */
  readonly sinceMs?: EpochMs;
}

export interface CycleNode<Input extends NodeInput, Deps extends AnalysisDeps> {
  readonly name: NodeName;
  readonly kind: NodeKind;
  run(input: Input, deps: Deps): Promise<CyclePatch>;
}

export interface NodeDefinition<Input extends NodeInput, Deps extends AnalysisDeps> {
  readonly name: NodeName;
  readonly kind: NodeKind;
  /** The part of the state this node looks at, as its span shows it. */
  readonly shows: (input: Input) => unknown;
  readonly symbolOf?: (input: Input) => MarketSymbol;
  /** `record` says false: a run without a record is a failure the engine has to see. */
  readonly catches?: boolean;
  readonly work: (input: Input, deps: Deps, spanId: string) => Promise<NodeResult>;
}

/**
 * Wraps a node's work in its span and turns what it throws into the state's `failure`, from where the edges lead to
 * `record`. Only a drain and a wait for a person pass through: the run stops there and goes on elsewhere.
 */
export function defineNode<Input extends NodeInput, Deps extends AnalysisDeps>(
  definition: NodeDefinition<Input, Deps>,
): CycleNode<Input, Deps> {
  const { name, kind } = definition;
  return {
    name,
    kind,
    async run(input, deps) {
      const symbol = definition.symbolOf?.(input) ?? null;
      const { runId } = input.request;
      const spanId = `${runId}:${name}${symbol === null ? '' : `:${symbol}`}`;
      const startedAtMs = deps.wallClock.nowMs();
      const startedAt = deps.elapsedMs();
      const opened: Span = {
        ...{ spanId, runId, name, kind, symbol, startedAtMs, input: definition.shows(input) },
        ...{ status: 'open', durationMs: null, decidedBy: null, output: null, error: null },
      };
      const cancelled = definition.catches === false ? Promise.resolve(false) : deps.control.isCancelled();
      // Whoever awaits it hears of its failure, unless the trace has failed before.
      cancelled.catch(() => undefined);
      await deps.tracer.opened(opened);
      const result = await attempt(definition, { input, cancelled }, deps, spanId);
      if (definition.catches !== false) deps.control.lookAhead?.();
      const { failure } = result;
      const decidedBy = result.decidedBy ?? 'code';
      const beganAtMs = result.sinceMs ?? startedAtMs;
      const durationMs =
        result.sinceMs === undefined
          ? Math.max(0, deps.elapsedMs() - startedAt)
          : Math.max(0, deps.wallClock.nowMs() - result.sinceMs);
      const error = failure && { code: failure.code, message: failure.message };
      const status = failure === null ? 'ok' : 'failed';
      await deps.tracer.closed({
        ...opened,
        startedAtMs: beganAtMs,
        status,
        durationMs,
        decidedBy,
        output: result.output ?? result.patch,
        error,
      });
      const trace: NodeTrace = {
        ...{ name, kind, symbol, startedAtMs: beganAtMs, durationMs, decidedBy, error },
      };
      return { ...result.patch, traces: [trace], ...(failure === null ? {} : { failure }) };
    },
  };
}

async function attempt<Input extends NodeInput, Deps extends AnalysisDeps>(
  { name, catches = true, work }: NodeDefinition<Input, Deps>,
  { input, cancelled }: { readonly input: Input; readonly cancelled: Promise<boolean> },
  deps: Deps,
  spanId: string,
): Promise<NodeResult & { failure: (CyclePatch['failure'] & object) | null }> {
  try {
    if (await cancelled) {
      throw new AppError('run_interrupted', `run ${input.request.runId} was cancelled before ${name}`);
    }
    return { ...(await work(input, deps, spanId)), failure: null };
  } catch (thrown) {
    if (!catches || thrown instanceof RunParked) throw thrown;
    const { code, message } = toAppError(thrown);
    return {
      patch: {},
      failure: { node: name, code, message: code === 'internal' ? `${name} failed: ${message}` : message },
    };
  }
}
