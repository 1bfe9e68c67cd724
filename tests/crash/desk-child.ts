// One cycle in a process of its own that kills itself, for real, at the boundary the plan names.
import type { Broker } from '#exchanges/ports/broker.ts';
import type { ApprovalDesk, RunTracer } from '#graphs/deps.ts';
import { type DeskPlan, openDesk } from '#tests/support/desk-process.ts';

const plan = JSON.parse(process.argv[2] ?? '') as DeskPlan;

function boundary(name: string): void {
  if (name !== plan.killAt) return;
  process.stdout.write(`at ${name}\n`);
  process.kill(process.pid, plan.signal ?? 'SIGKILL');
}

let submits = 0;
const broker = (inner: Broker): Broker => ({
  ...inner,
  async submit(order) {
    submits += 1;
    const number = submits;
    boundary(`submitting:${number}`);
    const sent = await inner.submit(order);
    boundary(`submitted:${number}`);
    return sent;
  },
});
const tracer = (inner: RunTracer): RunTracer => ({
  async opened(span) {
    await inner.opened(span);
    boundary(`opened:${span.name}`);
  },
  async closed(span) {
    boundary(`closing:${span.name}`);
    await inner.closed(span);
    boundary(`closed:${span.name}`);
  },
});

const approvals = (inner: ApprovalDesk): ApprovalDesk => ({
  ...inner,
  async ask(question) {
    boundary('asking');
    const asked = await inner.ask(question);
    boundary(`asked:${asked.status}`);
    return asked;
  },
});

const container = await openDesk(plan, { broker, tracer, approvals });
await container.engine.execute(plan.runId);
boundary('ended');
await container.close();
