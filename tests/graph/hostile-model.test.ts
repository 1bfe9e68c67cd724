import { describe, expect, it } from 'vitest';
import type { CycleRecord } from '#domain/run.ts';
import { runCycle } from '#graphs/run-cycle.ts';
import type { Script } from '#tests/support/memory-agents.ts';
import { type CycleDesk, MOMENTS, openDesk, recordOfCycle, SYMBOLS } from '#tests/support/memory-cycles.ts';

const FOREIGN = 'EVIL/USDT:USDT';

/** One cycle at a moment at which the rules trade three symbols, with these answers from a desk that checks nothing. */
async function cycleWith(
  script: Script,
  atMs: number = MOMENTS.trading,
): Promise<{ desk: CycleDesk; record: CycleRecord }> {
  const desk = await openDesk(atMs, { script });
  return { desk, record: await recordOfCycle(runCycle, desk) };
}

const review = (proposalId: string, action: 'keep' | 'shrink' | 'refuse', sizeFraction: number) => ({
  ...{ proposalId, action, sizeFraction, reason: 'because' },
});

/** Every entry is of the universe, no larger than the gate passed, and carries its proposal's own stop and target. */
function expectBounded(record: CycleRecord): void {
  for (const { proposalId, request } of record.intents) {
    const proposal = record.proposals.find((one) => one.proposalId === proposalId);
    const gate = record.verdicts.find((one) => one.proposalId === proposalId && one.stage === 'gate');
    expect(SYMBOLS).toContain(request.symbol);
    expect(request.symbol).toBe(proposal?.symbol);
    expect(Number(request.quantityBase)).toBeLessThanOrEqual(Number(gate?.quantityBase));
    if (request.purpose === 'stop') expect(request.triggerPriceQuote).toBe(proposal?.stopPriceQuote);
    if (request.purpose === 'target') expect(request.triggerPriceQuote).toBe(proposal?.targetPriceQuote);
    expect(request.leverage).toBe(proposal?.leverage);
  }
}

describe('a model that wants more than it may', () => {
  it('cannot add a symbol, repeat one or go over the number of subjects', async () => {
    const { desk, record } = await cycleWith({
      scanner: ({ shortlist }) => ({
        ranked: [FOREIGN, ...shortlist.map(({ symbol }) => symbol), ...SYMBOLS, FOREIGN].map((symbol) => ({
          symbol,
          reason: 'buy it all',
        })),
        summary: 'everything',
      }),
    });
    const offered = desk.agents.questions.scanner[0]?.shortlist.map(({ symbol }) => symbol) ?? [];
    expect(record.subjects).toEqual(offered);
    expect(desk.agents.questions.context.map(({ signal }) => signal.symbol)).toEqual(offered);
    expectBounded(record);
  });

  it('may leave symbols out, and then nobody trades them', async () => {
    const { record } = await cycleWith({
      scanner: ({ shortlist }) => ({
        ranked: shortlist.slice(0, 1).map(({ symbol }) => ({ symbol, reason: 'only this' })),
        summary: '',
      }),
    });
    expect(record.subjects).toHaveLength(1);
    expect(new Set(record.intents.map(({ request }) => request.symbol))).toEqual(new Set(record.subjects));
  });

  it('cannot drop a symbol that is held', async () => {
    const desk = await openDesk(MOMENTS.trading);
    await recordOfCycle(runCycle, desk);
    const held = (await desk.venue.positions()).map(({ symbol }) => symbol);
    const silent = await openDesk(MOMENTS.trading, {
      script: { scanner: () => ({ ranked: [], summary: '' }) },
    });
    const deps = { ...desk.deps, agents: silent.deps.agents };
    const record = await recordOfCycle(runCycle, desk, 'run-2', deps);
    expect(record.subjects).toEqual(held);
  });

  it('cannot turn a direction or answer for another symbol, however convinced', async () => {
    const { record: neutral } = await cycleWith({});
    const { record } = await cycleWith({
      context: () => ({
        ...{ symbol: FOREIGN, stance: 'bearish', conviction: -1, evidence: [], summary: 'sell all' },
      }),
    });
    expect(record.opinions.filter(({ agent }) => agent === 'context').map(({ symbol }) => symbol)).toEqual(
      record.subjects,
    );
    const sideOf = new Map(neutral.proposals.map(({ symbol, side }) => [symbol, side]));
    for (const { symbol, side } of record.proposals) expect(side).toBe(sideOf.get(symbol));
  });

  it('cannot open where the signal does not reach its threshold', async () => {
    const { record } = await cycleWith(
      {
        context: ({ signal }) => ({
          symbol: signal.symbol,
          stance: 'bullish',
          conviction: 1,
          evidence: [],
          summary: '',
        }),
      },
      MOMENTS.idle,
    );
    expect(record.subjects.length).toBeGreaterThan(0);
    const acting = record.signals.filter(({ action }) => action !== 'hold').map(({ symbol }) => symbol);
    for (const { symbol } of record.proposals) expect(acting).toContain(symbol);
  });

  it('cannot enlarge what the gate has passed', async () => {
    const { record } = await cycleWith({
      risk: ({ proposals }) => ({
        reviews: [
          ...proposals.map(({ proposalId }) => review(proposalId, 'shrink', 50)),
          review('EVILUSDT-open-long', 'keep', 1),
        ],
        summary: 'all in',
      }),
    });
    expect(record.outcome).toBe('traded');
    expectBounded(record);
  });

  it('refuses by answering a negative or an all too small size', async () => {
    for (const sizeFraction of [-1, 0, 1e-9]) {
      const { record } = await cycleWith({
        risk: ({ proposals }) => ({
          reviews: proposals.map(({ proposalId }) => review(proposalId, 'shrink', sizeFraction)),
          summary: '',
        }),
      });
      expect(record).toMatchObject({ outcome: 'denied', intents: [] });
    }
  });

  it('shrinks to a size on the venue’s step', async () => {
    const { record } = await cycleWith({
      risk: ({ proposals }) => ({
        reviews: proposals.map(({ proposalId }) => review(proposalId, 'shrink', 1 / 3)),
        summary: '',
      }),
    });
    expect(record.outcome).toBe('traded');
    expectBounded(record);
    for (const verdict of record.verdicts.filter(({ stage }) => stage === 'risk')) {
      const gate = record.verdicts.find(
        ({ proposalId, stage }) => stage === 'gate' && proposalId === verdict.proposalId,
      );
      expect(Number(verdict.quantityBase)).toBeLessThanOrEqual(Number(gate?.quantityBase) / 3);
    }
  });

  it('is not asked about closes by the Risk agent, and a refusal of one changes nothing', async () => {
    const refuseAll: Script = {
      risk: ({ proposals }) => ({
        reviews: proposals.map(({ proposalId }) => review(proposalId, 'refuse', 0)),
        summary: '',
      }),
    };
    const desk = await openDesk(MOMENTS.trading);
    await recordOfCycle(runCycle, desk);
    desk.clock.nowMs += 20 * 60_000;
    const hostile = await openDesk(MOMENTS.trading, { script: refuseAll });
    const record = await recordOfCycle(runCycle, desk, 'run-2', {
      ...desk.deps,
      agents: hostile.deps.agents,
    });
    expect(record.proposals.map(({ kind }) => kind)).toEqual(['close', 'close', 'close']);
    expect(record).toMatchObject({ outcome: 'traded', positions: [] });
  });

  it.each(['limit', 'twap'] as const)(
    'chooses %s, and code makes it a limit near the price, on a tick',
    async (style) => {
      const { record } = await cycleWith({
        executor: ({ proposals }) => ({
          plans: [
            ...proposals.map(({ proposalId }) => ({
              proposalId,
              style,
              deadlineMs: 3_600_000,
              reason: 'slow',
            })),
            { proposalId: 'EVILUSDT-open-long', style: 'market', deadlineMs: 1_000, reason: 'now' },
          ],
          summary: '',
        }),
      });
      const entries = record.intents.filter(({ request }) => request.purpose === 'entry');
      expect(entries.length).toBeGreaterThan(0);
      for (const { proposalId, request } of entries) {
        const proposal = record.proposals.find((one) => one.proposalId === proposalId);
        expect(request).toMatchObject({
          type: 'limit',
          timeInForce: style === 'limit' ? 'post_only' : 'ioc',
        });
        const through = Number(request.priceQuote) / Number(proposal?.entryPriceQuote) - 1;
        expect(Math.abs(through)).toBeLessThanOrEqual(0.002);
      }
      expectBounded(record);
      const plan = record.opinions.find(({ agent }) => agent === 'executor')?.answer;
      expect(plan).toMatchObject({ plans: expect.arrayContaining([expect.objectContaining({ style })]) });
    },
  );

  it('sends at once what the Executor left out of its plan', async () => {
    const { record, desk } = await cycleWith({ executor: () => ({ plans: [], summary: '' }) });
    const entries = record.intents.filter(({ request }) => request.purpose === 'entry');
    expect(entries.map(({ request }) => request.timeInForce)).toEqual(entries.map(() => 'ioc'));
    expect(await desk.orders.store.openEntries('desk')).toEqual([]);
    expect(entries.length).toBeGreaterThan(0);
  });

  it('is told in the record with what it cost', async () => {
    const { record } = await cycleWith({ executor: () => ({ plans: [], summary: '' }) });
    expect(record.llm).toMatchObject({ calls: 1, inputTokens: 100, outputTokens: 10, costUsd: 0.001 });
    expect(record.nodes.find(({ name }) => name === 'executor')?.decidedBy).toBe('model');
    expect(record.llm.abstentions).toEqual({});
  });
});
