/** A desk that is killed again and again: a standby takes over at once, and what was under way is asked of it anew. */
import { type ChildProcess, fork } from 'node:child_process';
import type { CustodyNote } from '#tools/orders/custody.ts';
import type { FlowAnswer, FlowCommand, FlowDeskPlan, FromDesk, ToDesk } from './order-flow-wire.ts';

export interface FlowDesk {
  /** The same command goes to the next process when this one dies. Rejects with what the desk threw. */
  ask(command: FlowCommand): Promise<FlowAnswer>;
  /** Kills whatever it is doing. */
  kill(): Promise<void>;
  /** It kills itself at the nth such step from now, or at the nth of any; each call to the venue or the books has two. */
  dieAt(step: string | null, nth: number): Promise<void>;
  /** Where the processes died. */
  readonly deaths: readonly string[];
  readonly notes: readonly CustodyNote[];
  close(): Promise<void>;
}

interface Asked {
  readonly command: FlowCommand;
  readonly resolve: (answer: FlowAnswer) => void;
  readonly reject: (failure: Error) => void;
}

export class FlowFailure extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

export async function startFlowDesk(script: string, plan: FlowDeskPlan): Promise<FlowDesk> {
  const asked = new Map<number, Asked>();
  const deaths: string[] = [];
  const notes: CustodyNote[] = [];
  let lastId = 0;
  let isClosing = false;
  let standby = standBy(script, plan);
  let leader: ChildProcess | null = null;
  await takeOver();

  async function takeOver(): Promise<void> {
    leader = null;
    const next = await standby;
    standby = standBy(script, plan);
    next.on('message', hear);
    let lastStep = 'killed from outside';
    next.stdout?.setEncoding('utf8').on('data', (said: string) => {
      lastStep = said.trim();
    });
    next.once('close', (code) => {
      if (isClosing) return;
      deaths.push(code === null ? lastStep : `ended with code ${code}`);
      void takeOver();
    });
    leader = next;
    send(next, { kind: 'lead' });
    for (const [id, { command }] of asked) send(next, { kind: 'ask', id, command });
  }

  /** Nobody dies before the next one stands by: how fast a loaded machine starts a process is not what is measured. */
  async function covered(): Promise<void> {
    for (let seen: typeof standby | null = null; seen !== standby; ) {
      seen = standby;
      await seen;
    }
  }

  function hear(message: FromDesk): void {
    if (message.kind === 'note') notes.push(message.note);
    if (message.kind !== 'answer' && message.kind !== 'failure') return;
    const waiting = asked.get(message.id);
    asked.delete(message.id);
    if (message.kind === 'answer') waiting?.resolve(message.answer);
    else waiting?.reject(new FlowFailure(message.code, message.message));
  }

  return {
    ask: (command) =>
      new Promise((resolve, reject) => {
        lastId += 1;
        asked.set(lastId, { command, resolve, reject });
        send(leader, { kind: 'ask', id: lastId, command });
      }),
    async kill() {
      await covered();
      leader?.kill('SIGKILL');
    },
    async dieAt(step, nth) {
      await covered();
      send(leader, { kind: 'die', step, nth });
    },
    deaths,
    notes,
    async close() {
      isClosing = true;
      leader?.kill('SIGKILL');
      await standby.then(
        (child) => child.kill('SIGKILL'),
        () => undefined,
      );
    },
  };
}

/** One that has just died hears nothing: its heir is told. */
function send(child: ChildProcess | null, message: ToDesk): void {
  if (child?.connected) child.send(message, () => undefined);
}

function standBy(script: string, plan: FlowDeskPlan): Promise<ChildProcess> {
  const child = fork(script, [JSON.stringify(plan)], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  return new Promise((resolve, reject) => {
    child.once('message', () => resolve(child));
    child.once('close', (code, signal) => reject(new Error(`the standby ended with ${code ?? signal}`)));
  });
}
