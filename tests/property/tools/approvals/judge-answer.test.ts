import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Approval, type ApprovalAnswer, ApprovalStatus } from '#domain/approval.ts';
import { decimal, decimalText } from '#domain/decimal.ts';
import { Verdict } from '#domain/proposal.ts';
import { approvalItemOf } from '#tests/support/approval-rows.ts';
import { judgeAnswer } from '#tools/approvals/judge-answer.ts';

const SYMBOLS = ['BTC/USDT:USDT', 'ETH/USDT:USDT', 'SOL/USDT:USDT'];
const DEADLINE_MS = 1_000_000;

const item = (symbol: string) =>
  fc
    .record({ units: fc.integer({ min: 1, max: 10_000_000 }), decimals: fc.integer({ min: 0, max: 6 }) })
    .map(({ units, decimals }) => {
      const step = decimalText(decimal(1).div(10 ** decimals));
      return approvalItemOf(symbol, {
        quantityBase: decimalText(decimal(units).times(step)),
        quantityStepBase: step,
      });
    });

/** Answers as they might stand in a row, whatever wrote it: wild shares, foreign and repeated ids among them. */
const hostileAnswer: fc.Arbitrary<ApprovalAnswer> = fc.record({
  proposalId: fc.constantFrom(...SYMBOLS.map((symbol) => `p-${symbol}`), 'p-other', ''),
  decision: fc.constantFrom('approve', 'shrink', 'refuse'),
  sizeFraction: fc.option(
    fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: -1e6, max: 1e6, noNaN: true })),
  ),
});

const approval: fc.Arbitrary<Approval> = fc.record({
  approvalId: fc.constant('approval_run-1'),
  runId: fc.constant('run-1'),
  deskId: fc.constant('desk'),
  status: fc.constantFrom(...ApprovalStatus.options),
  asked: fc.tuple(...SYMBOLS.map(item)),
  answers: fc.option(fc.array(hostileAnswer, { maxLength: 6 })),
  askedAtMs: fc.constant(0),
  deadlineAtMs: fc.constant(DEADLINE_MS),
  answeredAtMs: fc.constant(null),
  answeredBy: fc.option(fc.string()),
  reason: fc.option(fc.string()),
});

const nowMs = fc.integer({ min: 0, max: 3 * DEADLINE_MS });

describe('an answer, whatever it says', () => {
  it('gives each opening one sound verdict, never more than was asked, in steps of the venue', () => {
    fc.assert(
      fc.property(approval, nowMs, (question, atMs) => {
        const verdicts = judgeAnswer(question, atMs);
        expect(verdicts.map(({ proposalId }) => proposalId)).toEqual(
          question.asked.map(({ proposal }) => proposal.proposalId),
        );
        for (const [at, { quantityBase, quantityStepBase }] of question.asked.entries()) {
          const verdict = Verdict.parse(verdicts[at]);
          const kept = decimal(verdict.quantityBase);
          expect(kept.lte(quantityBase) && kept.gte(0)).toBe(true);
          expect(kept.mod(quantityStepBase).eq(0)).toBe(true);
          expect(kept.eq(0)).toBe(verdict.outcome === 'denied');
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('lets nothing through that was not named with a yes, in time', () => {
    fc.assert(
      fc.property(approval, nowMs, (question, atMs) => {
        for (const { proposalId, outcome } of judgeAnswer(question, atMs)) {
          const said = question.answers?.find((answer) => answer.proposalId === proposalId);
          const isMeant = question.status === 'answered' && said !== undefined && said.decision !== 'refuse';
          if (!isMeant) expect(outcome).toBe('denied');
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('risks no more by a smaller share', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(item('BTC/USDT:USDT'), share, share, (asked, left, right) => {
        const keptAt = (sizeFraction: number) => {
          const answers: ApprovalAnswer[] = [
            { proposalId: asked.proposal.proposalId, decision: 'shrink', sizeFraction },
          ];
          const question = { ...base, status: 'answered', asked: [asked], answers } as const;
          return decimal(judgeAnswer({ ...question, asked: [asked] }, 0)[0]?.quantityBase ?? '0');
        };
        const [less, more] = [Math.min(left, right), Math.max(left, right)];
        expect(keptAt(less).lte(keptAt(more))).toBe(true);
        expect(keptAt(more).lte(decimal(asked.quantityBase).times(decimal(more)))).toBe(true);
      }),
    );
  });
});

const base = {
  ...{
    approvalId: 'approval_run-1',
    runId: 'run-1',
    deskId: 'desk',
    askedAtMs: 0,
    deadlineAtMs: DEADLINE_MS,
  },
  ...{ answeredAtMs: 5, answeredBy: 'a person', reason: null },
};
