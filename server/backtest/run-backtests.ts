/** Walks what was asked, one backtest at a time, each in a process of its own that gives way to the desks. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { BacktestEnd, BacktestProgress, BacktestRepository } from '#db/repositories/backtests.ts';
import type { Backtest } from '#domain/backtest.ts';
import type { Container } from '../container.ts';
import { tellPages } from '../events/tell-pages.ts';
import { withoutSecrets } from './walk-messages.ts';
import { startWalker, type Walker } from './walker.ts';

const LOOK_EVERY_MS = 1_000;
const BEAT_EVERY_MS = 1_000;
/** It keeps a state of some megabytes. */
const STOP_WITHIN_MS = 8_000;
const UNEXPECTED = 'something failed that should not; the log of the server says what';

export interface BacktestRunner {
  /** What is walked is kept, to be taken up by the next process. */
  stop(): Promise<void>;
}

type Ended =
  | BacktestEnd
  | { readonly status: 'stopped' }
  | { readonly status: 'cut off' }
  | { readonly status: 'lost' };

/** `program`: the command line's own file. */
export function startBacktestRunner(container: Container, program: string): BacktestRunner {
  const { rows, logger, ids, defaultDeskId: market } = container;
  const backtests: BacktestRepository = rows.backtests;
  const owner = ids.next('process');
  const stopping = new AbortController();
  const done = look();

  async function look(): Promise<void> {
    while (!stopping.signal.aborted) {
      const next = await backtests.claim(market, owner).catch((err: unknown) => {
        logger.warn({ err }, 'backtests could not be looked for');
        return null;
      });
      if (next !== null) await take(next).catch((err: unknown) => logger.warn({ err }, 'a backtest'));
      else await wait(LOOK_EVERY_MS, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  async function take(backtest: Backtest): Promise<void> {
    const { backtestId } = backtest;
    await tellPages(rows.events, 'backtest.changed', null);
    const keptIn = join(container.config.homeDir, 'backtests', backtestId);
    const ended = await walk(backtest, keptIn);
    if (ended.status === 'lost') return;
    if (ended.status === 'stopped' || ended.status === 'cut off')
      await backtests.release(backtestId, owner, { isOwnFault: ended.status === 'cut off' });
    else {
      await backtests.end(backtestId, owner, ended);
      await rm(keptIn, { recursive: true, force: true });
    }
    logger.info({ backtestId, status: ended.status }, 'a backtest ended');
    await tellPages(rows.events, 'backtest.changed', null);
  }

  async function walk(backtest: Backtest, keptIn: string): Promise<Ended> {
    const walker = startWalker(program, jobOf(backtest, keptIn));
    const stop = () => walker.stop({ withinMs: STOP_WITHIN_MS });
    stopping.signal.addEventListener('abort', stop, { once: true });
    if (stopping.signal.aborted) stop();
    const beating = new AbortController();
    try {
      return await Promise.race([outcomeOf(backtest, walker), beatOf(backtest, walker, beating.signal)]);
    } finally {
      beating.abort();
      stopping.signal.removeEventListener('abort', stop);
      walker.kill();
      await walker.ended;
    }
  }

  async function outcomeOf({ backtestId }: Backtest, walker: Walker): Promise<Ended> {
    const { last, exit, said } = await walker.ended;
    if (last?.kind === 'finished') return { status: 'finished', report: last.report, bars: last.bars };
    if (last?.kind === 'stopped') return { status: 'stopped' };
    if (last?.kind === 'failed') {
      const { code, message } = last.error;
      logger.warn({ backtestId, code, reason: message }, 'a backtest failed');
      return { status: 'failed', error: { code, message: code === 'internal' ? UNEXPECTED : message } };
    }
    if (stopping.signal.aborted) return { status: 'stopped' };
    logger.warn({ backtestId, exit, said }, 'the process of a backtest was cut off');
    return { status: 'cut off' };
  }

  /** Ends only where the walk is not to go on. */
  async function beatOf({ backtestId }: Backtest, walker: Walker, signal: AbortSignal): Promise<Ended> {
    let told: BacktestProgress | null = null;
    while (!signal.aborted) {
      await wait(BEAT_EVERY_MS, undefined, { signal }).catch(() => {});
      if (signal.aborted) break;
      const progress = walker.progress();
      const heard = await backtests
        .beat(backtestId, owner, progress === told ? null : progress)
        .catch((err: unknown) => {
          logger.warn({ err, backtestId }, 'how far a backtest is could not be stored');
          return 'goes on' as const;
        });
      told = progress;
      if (heard === 'lost') return { status: 'lost' };
      if (heard === 'cancelled') return { status: 'cancelled' };
    }
    return { status: 'lost' };
  }

  function jobOf({ backtestId, strategy, symbols, fromMs, toMs }: Backtest, keptIn: string) {
    const { config, source, opened } = container;
    return {
      ...{ backtestId, strategy, symbols, fromMs, toMs, keptIn },
      config: withoutSecrets(config),
      candlesUrl: source.live ? opened.database.url : null,
      madeUpFromMs: source.startAtMs,
      weights: container.promotedWeights(),
    };
  }

  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}
