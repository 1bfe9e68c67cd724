import { beforeAll, describe, expect, it } from 'vitest';
import type { CycleRecord } from '#domain/run.ts';
import { RunComparison } from '#domain/run-comparison.ts';
import { runCycle } from '#graphs/run-cycle.ts';
import type { Script } from '#tests/support/memory-agents.ts';
import { MOMENTS, openDesk } from '#tests/support/memory-cycles.ts';
import { compareRuns, meantOrders } from '#tools/performance/compare-runs.ts';

const HALVES: Script = {
  risk: ({ proposals }) => ({
    reviews: proposals.map(({ proposalId }, turn) => ({
      ...{ proposalId, reason: 'half' },
      ...(turn === 0
        ? { action: 'refuse' as const, sizeFraction: 0 }
        : { action: 'shrink' as const, sizeFraction: 0.5 }),
    })),
    summary: 'less',
  }),
};

async function recordWith(
  script: Script,
  atMs: number = MOMENTS.trading,
  runId = 'run-1',
): Promise<CycleRecord> {
  const desk = await openDesk(atMs, { script });
  await runCycle(desk.request(runId), desk.deps);
  return desk.records[0] as CycleRecord;
}

let plain: CycleRecord;
beforeAll(async () => {
  plain = await recordWith({});
});

const linesOf = ({ differences }: RunComparison) =>
  differences.map(({ node, symbol, field, was, is }) => [node, symbol, field, was, is]);

describe('two runs', () => {
  it('that decided the same are equal, whatever their ids, their prose, their times and the venue’s answers', async () => {
    const again = await recordWith({}, MOMENTS.trading, 'run-2');
    const told = {
      ...again,
      finishedAtMs: again.finishedAtMs + 1_000,
      orders: [],
      intents: [],
      proposals: again.proposals.map((proposal) => ({
        ...proposal,
        conviction: proposal.conviction * (1 + 1e-12),
        quantityBase: `${proposal.quantityBase}${proposal.quantityBase.includes('.') ? '0' : '.0'}`,
        reason: 'in other words',
      })),
    };
    const comparison = compareRuns(told, plain);
    expect(linesOf(comparison)).toEqual([]);
    expect(comparison).toMatchObject({ isEqual: true, isSameOrders: true, firstDifference: null });
    expect(comparison.run.orders.length).toBeGreaterThan(0);
    expect(RunComparison.parse(comparison)).toEqual(comparison);
  });

  it('tell a refusal and a smaller size, with the verdicts and the orders they come to', async () => {
    const halved = await recordWith(HALVES);
    const comparison = compareRuns(halved, plain);
    const [first, second] = plain.proposals;
    if (!first || !second) return expect.fail('too little was proposed');
    expect(comparison.firstDifference).toBe('risk');
    const lines = linesOf(comparison);
    const riskOf = ({ verdicts }: CycleRecord, { proposalId }: { proposalId: string }) =>
      verdicts.find((verdict) => verdict.stage === 'risk' && verdict.proposalId === proposalId);
    const sizeIn = (record: CycleRecord, { proposalId }: { proposalId: string }) =>
      meantOrders(record).find((order) => order.proposalId === proposalId)?.quantityBase;
    const before = riskOf(plain, first)?.outcome ?? null;
    expect(lines).toContainEqual(['risk', first.symbol, 'outcome', before, 'denied']);
    const open = `open ${first.side} ${sizeIn(plain, first)}`;
    expect(lines).toContainEqual(['place', first.symbol, 'order', open, null]);
    const [old, now] = [sizeIn(plain, second), riskOf(halved, second)?.quantityBase];
    expect(Number(now)).toBeLessThan(Number(old));
    const sizes = [`open ${second.side} ${old}`, `open ${second.side} ${now}`];
    expect(lines).toContainEqual(['place', second.symbol, 'order', ...sizes]);
    expect(comparison.isSameOrders).toBe(false);
    expect(comparison.run.tally).toMatchObject({ refused: 1, orders: comparison.with.tally.orders - 1 });
  });

  it('tell a conviction and a stance by their subject, and the proposal that is not made for them', async () => {
    const [symbol] = plain.subjects;
    const changed = plain.opinions.map((opinion) =>
      opinion.agent === 'context' && opinion.symbol === symbol && 'conviction' in opinion.answer
        ? { ...opinion, answer: { ...opinion.answer, stance: 'neutral' as const, conviction: 0.125 } }
        : opinion,
    );
    const dropped = plain.proposals.filter((proposal) => proposal.symbol !== symbol);
    const comparison = compareRuns({ ...plain, opinions: changed, proposals: dropped }, plain);
    expect(comparison.firstDifference).toBe('context');
    const lines = linesOf(comparison).filter(([, about]) => about === symbol);
    expect(lines.map(([node, , field, , is]) => [node, field, is])).toEqual(
      expect.arrayContaining([
        ['context', 'conviction', 0.125],
        ['propose', 'proposal', null],
      ]),
    );
    expect(lines.filter(([node]) => node === 'propose')).toHaveLength(1);
  });

  it('tell a trip: its level, its mode, and that nothing was looked at after it', async () => {
    const calm = await recordWith({}, MOMENTS.crash - 45 * 60_000);
    const watch: CycleRecord = {
      ...calm,
      level: 'watch',
      tradingState: { ...calm.tradingState, mode: 'active' },
    };
    const tripped = {
      ...watch,
      level: 'tripped' as const,
      subjects: [],
      opinions: [],
      proposals: [],
      verdicts: [],
    };
    const halted = {
      ...tripped,
      tradingState: { ...watch.tradingState, mode: 'halted' as const },
      opinions: [
        {
          agent: 'guardian' as const,
          symbol: null,
          decidedBy: 'model' as const,
          abstention: null,
          answer: { ask: 'trip' as const, reason: 'it falls' },
        },
      ],
    };
    const comparison = compareRuns(halted, watch);
    expect(comparison.firstDifference).toBe('guardian');
    expect(linesOf(comparison)).toEqual(
      expect.arrayContaining([
        ['guardian', null, 'ask', null, 'trip'],
        ['guardian', null, 'level', 'watch', 'tripped'],
        ['guardian', null, 'tradingMode', 'active', 'halted'],
      ]),
    );
  });

  it('tell a ranking that is only turned round as that', () => {
    const turned = { ...plain, subjects: plain.subjects.toReversed() };
    expect(linesOf(compareRuns(turned, plain))).toEqual([
      ['scanner', null, 'ranking', plain.subjects, turned.subjects],
    ]);
  });

  it('send nothing where one failed before it could, and say at which step', () => {
    const failed: CycleRecord = {
      ...plain,
      outcome: 'failed',
      nodes: plain.nodes.map((node) =>
        node.name === 'executor' ? { ...node, error: { code: 'internal', message: 'it broke' } } : node,
      ),
    };
    const comparison = compareRuns(failed, plain);
    expect(comparison.run.orders).toEqual([]);
    expect(linesOf(comparison)).toContainEqual(['executor', null, 'error', null, 'internal']);
  });
});
