import { describe, expect, it } from 'vitest';
import type { Approval, ApprovalAnswer } from '#domain/approval.ts';
import { CycleRecord } from '#domain/run.ts';
import { sealApproval } from '#domain/seal-approval.ts';
import type { CycleDeps } from '#graphs/deps.ts';
import { RunParked } from '#graphs/parked.ts';
import { runCycle } from '#graphs/run-cycle.ts';
import { AT_ONCE } from '#tests/support/memory-agents.ts';
import { approveAll, createMemoryApprovals, type MemoryApprovals } from '#tests/support/memory-approvals.ts';
import {
  type CycleDesk,
  createGraphCycle,
  MOMENTS,
  openDesk,
  pathOf,
  RUNNERS,
  recordOfCycle,
} from '#tests/support/memory-cycles.ts';
import { requestOf } from '#tests/unit/exchanges/paper/paper-desk.ts';
import { ANSWER_HOLDS_MS } from '#tools/approvals/judge-answer.ts';
import { REACH_FRACTION } from '#tools/orders/entry-orders.ts';

const ETH = 'ETH/USDT:USDT';
const WITHIN_MS = 30_000;

interface AskedDesk extends CycleDesk {
  readonly person: MemoryApprovals;
  /** Wall time, apart from the market's. */
  readonly wall: { nowMs: number };
}

/** Three opens pass here, and a person is asked; with `holdsEth` a close passes beside them. */
async function askingDesk(
  options: { atOnce?: (asked: Approval['asked']) => readonly ApprovalAnswer[]; holdsEth?: boolean } = {},
): Promise<AskedDesk> {
  const wall = { nowMs: MOMENTS.trading };
  const { atOnce, holdsEth = false } = options;
  const person = createMemoryApprovals({
    nowMs: () => wall.nowMs,
    withinMs: WITHIN_MS,
    ...(atOnce && { atOnce }),
  });
  const startMs = holdsEth ? MOMENTS.trading - 40 * 60_000 : MOMENTS.trading;
  const desk = await openDesk(startMs, { script: AT_ONCE, approvals: person.desk });
  if (holdsEth) {
    const hand = { clientOrderId: 'hand', symbol: ETH, quantityBase: '0.01', leverage: 2 };
    await desk.venue.submit(sealApproval(requestOf(hand)));
    await desk.deps.orders.reconcile();
    desk.clock.nowMs = MOMENTS.trading;
  }
  const deps: CycleDeps = { ...desk.deps, wallClock: { nowMs: () => wall.nowMs } };
  return { ...desk, deps, person, wall };
}

function questionOf({ person }: AskedDesk): Approval {
  const [question, ...more] = person.questions.values();
  if (question === undefined || more.length > 0) throw new Error(`${more.length} questions more than one`);
  return question;
}

/** Runs to the question by LangGraph; gives the way on. */
async function parked(desk: AskedDesk) {
  const { run, resume } = createGraphCycle();
  const request = desk.request('run-1');
  await run(request, desk.deps);
  expect(desk.records).toEqual([]);
  return { goOn: () => resume(request, desk.deps) };
}

const entriesOf = async ({ venue }: AskedDesk) =>
  (await venue.activityAfter(null)).fills
    .filter(({ clientOrderId }) => clientOrderId !== 'hand')
    .map(({ symbol }) => symbol);

const approvedOf = ({ verdicts }: CycleRecord) => verdicts.filter(({ stage }) => stage === 'approval');

const decide = (decision: ApprovalAnswer['decision'], sizeFraction: number | null = null) => {
  return (asked: Approval['asked']): ApprovalAnswer[] =>
    asked.map(({ proposal: { proposalId } }) => ({ proposalId, decision, sizeFraction }));
};

describe.each(RUNNERS)('a person who answers at once, by %s', (_name, run) => {
  it('has everything placed that was approved, as it would have been without the question', async () => {
    const free = await openDesk(MOMENTS.trading, { script: AT_ONCE });
    await recordOfCycle(run, free);
    const desk = await askingDesk({ atOnce: approveAll });
    const record = await recordOfCycle(run, desk);
    expect(record.outcome).toBe('traded');
    expect(record.positions).toHaveLength(3);
    expect(await desk.venue.activityAfter(null)).toEqual(await free.venue.activityAfter(null));
    expect(pathOf(record).slice(-5)).toEqual(['executor', 'close', 'approval', 'place', 'record']);
    expect(record.approval).toEqual(questionOf(desk));
    expect(approvedOf(record).map(({ outcome }) => outcome)).toEqual(['approved', 'approved', 'approved']);
    expect(record.nodes.find(({ name }) => name === 'approval')?.decidedBy).toBe('person');
    expect(CycleRecord.parse(record)).toEqual(record);
  });

  it('shrinks to a share of the size, rounded to what the venue takes and never up', async () => {
    const desk = await askingDesk({ atOnce: decide('shrink', 0.333) });
    const record = await recordOfCycle(run, desk);
    const verdicts = approvedOf(record);
    expect(verdicts).toHaveLength(3);
    for (const { proposal, quantityBase, quantityStepBase } of questionOf(desk).asked) {
      const verdict = verdicts.find(({ proposalId }) => proposalId === proposal.proposalId);
      const share = Number(quantityBase) * 0.333;
      expect(verdict?.outcome).toBe('resized');
      expect(Number(verdict?.quantityBase)).toBeLessThanOrEqual(share);
      expect(Number(verdict?.quantityBase)).toBeGreaterThan(share - Number(quantityStepBase) * 1.001);
      expect(verdict?.findings).toMatchObject([{ code: 'not_approved', effect: 'resize', value: 0.333 }]);
      const held = record.positions.find(({ symbol }) => symbol === proposal.symbol);
      expect(Number(held?.quantityBase ?? 0)).toBeLessThanOrEqual(share);
    }
    expect(record.outcome).toBe('traded');
  });

  it('refuses what the answer does not name', async () => {
    const desk = await askingDesk({ atOnce: ([first]) => (first ? approveAll([first]) : []) });
    const record = await recordOfCycle(run, desk);
    const [first, ...others] = questionOf(desk).asked.map(({ proposal }) => proposal.symbol);
    expect(record.positions.map(({ symbol }) => symbol)).toEqual([first]);
    const denied = approvedOf(record).filter(({ outcome }) => outcome === 'denied');
    expect(denied.map(({ symbol }) => symbol)).toEqual(others);
    for (const { findings } of denied)
      expect(findings).toMatchObject([
        { code: 'not_approved', message: expect.stringContaining('did not name it') },
      ]);
  });

  it('has nothing placed that was refused, and is given as the reason', async () => {
    const desk = await askingDesk({ atOnce: decide('refuse') });
    const record = await recordOfCycle(run, desk);
    expect(record).toMatchObject({ outcome: 'denied', intents: [], reason: 'a person refused it' });
    expect(await entriesOf(desk)).toEqual([]);
  });

  it('is the reason though the gate had denied others before anybody was asked', async () => {
    const desk = await askingDesk({ atOnce: decide('refuse') });
    const limits = { ...desk.deps.limits, maxOpenPositions: 1 };
    const record = await recordOfCycle(run, desk, 'run-1', { ...desk.deps, limits });
    const denied = record.verdicts.filter(({ outcome }) => outcome === 'denied').map(({ stage }) => stage);
    expect(denied).toEqual(['gate', 'gate', 'approval']);
    expect(record).toMatchObject({ outcome: 'denied', intents: [], reason: 'a person refused it' });
  });

  it('is asked about openings alone: a close goes out whatever is said of them', async () => {
    const desk = await askingDesk({ atOnce: decide('refuse'), holdsEth: true });
    const record = await recordOfCycle(run, desk);
    expect(new Set(questionOf(desk).asked.map(({ proposal }) => proposal.kind))).toEqual(new Set(['open']));
    expect(record).toMatchObject({ outcome: 'traded', reason: `exit ${ETH}`, positions: [] });
    const closed = record.verdicts.filter(({ symbol }) => symbol === ETH).map(({ stage }) => stage);
    expect(closed).toEqual(['gate', 'place']);
    expect(record.account.after).not.toEqual(record.account.before);
  });

  it('is not asked where nothing opens', async () => {
    const desk = await askingDesk({ atOnce: decide('refuse') });
    const before = await openDesk(MOMENTS.idle, { approvals: desk.person.desk });
    const record = await recordOfCycle(run, before);
    expect(desk.person.questions.size).toBe(0);
    expect(record).not.toHaveProperty('approval');
    expect(pathOf(record)).not.toContain('approval');
  });
});

describe('a run that waits for a person', () => {
  it('stands in its checkpoint with the question put once, however often somebody goes on with it', async () => {
    const desk = await askingDesk();
    const { goOn } = await parked(desk);
    const question = questionOf(desk);
    desk.wall.nowMs += WITHIN_MS - 1;
    await goOn();
    await goOn();
    expect(questionOf(desk)).toEqual(question);
    expect(desk.records).toEqual([]);
    expect(await entriesOf(desk)).toEqual([]);
    desk.person.answer('run-1', approveAll(question.asked));
    await goOn();
    expect(desk.records).toMatchObject([{ outcome: 'traded' }]);
    const waited = desk.records[0]?.nodes.find(({ name }) => name === 'approval');
    expect(waited).toMatchObject({ startedAtMs: question.askedAtMs, durationMs: WITHIN_MS - 1 });
  });

  it('shows the person what it is about: size, cost, risk, and what the agents said', async () => {
    const desk = await askingDesk();
    await parked(desk);
    for (const item of questionOf(desk).asked) {
      const { proposal, quantityBase, riskQuote, riskFraction } = item;
      const perUnit = Math.abs(Number(proposal.entryPriceQuote) - Number(proposal.stopPriceQuote));
      expect(Number(item.notionalQuote)).toBeCloseTo(
        Number(quantityBase) * Number(proposal.entryPriceQuote),
        6,
      );
      expect(Number(riskQuote)).toBeCloseTo(Number(quantityBase) * perUnit, 6);
      expect(riskFraction).toBeCloseTo(Number(riskQuote) / 10_000, 6);
      const agents = item.reasons.map(({ agent }) => agent);
      expect(agents).toEqual(['scanner', 'context', 'risk', 'executor']);
      expect(item.reasons.map(({ decidedBy }) => decidedBy)).toEqual(['rules', 'rules', 'rules', 'model']);
    }
  });

  it('has its closes out before the wait ends', async () => {
    const desk = await askingDesk({ holdsEth: true });
    const { goOn } = await parked(desk);
    expect(await entriesOf(desk)).toEqual([ETH]);
    expect(await desk.venue.positions()).toEqual([]);
    desk.wall.nowMs += WITHIN_MS;
    await goOn();
    expect(await entriesOf(desk)).toEqual([ETH]);
    expect(desk.records).toMatchObject([{ outcome: 'traded', reason: `exit ${ETH}` }]);
  });

  it('takes silence until the deadline for a refusal', async () => {
    const desk = await askingDesk();
    const { goOn } = await parked(desk);
    desk.wall.nowMs += WITHIN_MS;
    await goOn();
    expect(desk.records).toMatchObject([{ outcome: 'denied', intents: [], approval: { status: 'expired' } }]);
    const [record] = desk.records;
    const codes = record && approvedOf(record).flatMap(({ findings }) => findings.map(({ code }) => code));
    expect(codes).toEqual(['approval_expired', 'approval_expired', 'approval_expired']);
    expect(record?.nodes.find(({ name }) => name === 'approval')?.decidedBy).toBe('code');
  });

  it('does not act on an answer that nobody was there to act on until long after the deadline', async () => {
    const desk = await askingDesk();
    const { goOn } = await parked(desk);
    desk.person.answer('run-1', approveAll(questionOf(desk).asked));
    desk.wall.nowMs += WITHIN_MS + ANSWER_HOLDS_MS + 1;
    await goOn();
    expect(desk.records).toMatchObject([
      { outcome: 'denied', intents: [], approval: { status: 'answered' } },
    ]);
  });

  it('stops waiting when trading is halted, and places nothing', async () => {
    const desk = await askingDesk();
    const { goOn } = await parked(desk);
    desk.setTradingState({ mode: 'halted', reason: 'maintenance', setBy: 'a person', sinceMs: 0 });
    await goOn();
    expect(desk.records).toMatchObject([{ intents: [], approval: { status: 'withdrawn' } }]);
    const [record] = desk.records;
    expect(record && approvedOf(record)[0]?.findings).toMatchObject([{ code: 'trading_halted' }]);
    expect(await entriesOf(desk)).toEqual([]);
  });

  it('opens nothing the gate denies by the time it is answered', async () => {
    const desk = await askingDesk();
    const { goOn } = await parked(desk);
    desk.person.answer('run-1', approveAll(questionOf(desk).asked));
    desk.setTradingState({ mode: 'halted', reason: 'maintenance', setBy: 'a person', sinceMs: 0 });
    await goOn();
    expect(desk.records).toMatchObject([
      { outcome: 'denied', intents: [], approval: { status: 'answered' } },
    ]);
    const [record] = desk.records;
    const placing = record?.verdicts.filter(({ stage }) => stage === 'place') ?? [];
    expect(placing).toHaveLength(3);
    for (const { findings } of placing) expect(findings[0]?.code).toBe('trading_halted');
  });

  it('buys nothing beyond the reach of the price it was approved at, however that has moved since', async () => {
    let missed = 0;
    for (const hours of [1, 2, 3, 4, 5, 6]) {
      const desk = await askingDesk();
      const { goOn } = await parked(desk);
      const { asked } = questionOf(desk);
      desk.person.answer('run-1', approveAll(asked));
      desk.clock.nowMs += hours * 60 * 60_000;
      await goOn();
      const { fills } = await desk.venue.activityAfter(null);
      for (const { proposal } of asked) {
        const bought = fills.find(({ symbol }) => symbol === proposal.symbol);
        if (bought === undefined) missed += 1;
        const ratio =
          Number(bought?.priceQuote ?? proposal.entryPriceQuote) / Number(proposal.entryPriceQuote);
        expect(proposal.side === 'long' ? ratio : 1 / ratio).toBeLessThan(1 + 1.01 * REACH_FRACTION);
      }
    }
    expect(missed).toBeGreaterThan(0);
  });

  it('ends as cancelled before its question is answered', async () => {
    const desk = await askingDesk();
    const { run, resume } = createGraphCycle();
    await run(desk.request('run-1'), desk.deps);
    const control = { ...desk.deps.control, isCancelled: async () => true };
    await resume(desk.request('run-1'), { ...desk.deps, control });
    expect(desk.records).toMatchObject([
      { outcome: 'failed', reason: expect.stringContaining('cancelled before approval'), intents: [] },
    ]);
  });

  it('cannot wait without checkpoints', async () => {
    const desk = await askingDesk();
    await expect(runCycle(desk.request('run-1'), desk.deps)).rejects.toBeInstanceOf(RunParked);
    expect(await entriesOf(desk)).toEqual([]);
  });
});
