/** One process that walks a backtest, as its server sees it. */
import { fork } from 'node:child_process';
import type { BacktestProgress } from '#db/repositories/backtests.ts';
import { giveWay } from '../give-way.ts';
import { rootFolder } from '../paths.ts';
import { type FromWalker, type ToWalker, WALK_COMMAND, type WalkJob } from './walk-messages.ts';

export interface Walker {
  /** As it was told last; null before the first word. */
  progress(): BacktestProgress | null;
  /** Has it keep what it has walked, and ends it where that takes longer. */
  stop(options: { readonly withinMs: number }): void;
  kill(): void;
  readonly ended: Promise<WalkerEnd>;
}

export interface WalkerEnd {
  /** Its last word but progress; null where it never came to one. */
  readonly last: FromWalker | null;
  readonly exit: number | string | null;
  /** The end of what it complained of. */
  readonly said: string;
}

const SAID_CHARACTERS = 2_000;

export function startWalker(program: string, job: WalkJob): Walker {
  const child = fork(program, [WALK_COMMAND], {
    cwd: rootFolder(),
    // It finds nothing in the environment but what it is told.
    env: {},
    execArgv: program.endsWith('.ts') ? ['--import', 'tsx'] : [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
  let progress: BacktestProgress | null = null;
  let last: FromWalker | null = null;
  let said = '';
  const send = (message: ToWalker) => {
    // What is gone already is told by its end.
    if (child.connected) child.send(message, () => {});
  };
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-SAID_CHARACTERS);
  });
  child.on('message', (message: FromWalker) => {
    if (message.kind === 'progress') progress = message.progress;
    else last = message;
    if (message.kind === 'ready') send({ kind: 'walk', job });
  });
  giveWay(child.pid);
  const ended = new Promise<WalkerEnd>((resolve) => {
    child.once('error', (failure) => resolve({ last: null, exit: failure.message, said }));
    child.once('close', (code, signal) => resolve({ last, exit: code ?? signal, said }));
  });
  return {
    progress: () => progress,
    stop({ withinMs }) {
      send({ kind: 'stop' });
      const timer = setTimeout(() => child.kill('SIGKILL'), withinMs);
      void ended.then(() => clearTimeout(timer));
    },
    kill: () => void child.kill('SIGKILL'),
    ended,
  };
}
