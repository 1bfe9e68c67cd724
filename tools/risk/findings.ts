import { DENIALS, DenialCode, type Finding, type TradeProposal, type Verdict } from '#domain/proposal.ts';

interface Numbers {
  readonly value?: number;
  readonly limit?: number;
  /** Says it with the symbol and the numbers; the code's own sentence when absent. */
  readonly message?: string;
}

/** A refusal with its numbers. */
export function deny(code: DenialCode, numbers: Numbers = {}): Finding {
  return finding(code, 'deny', numbers);
}

/** A note that the size was cut to fit a limit. */
export function resize(code: DenialCode, numbers: Numbers = {}): Finding {
  return finding(code, 'resize', numbers);
}

/** A verdict that lets nothing through; the first finding is the reason people read. */
export function deniedVerdict(
  { proposalId, symbol }: Pick<TradeProposal, 'proposalId' | 'symbol'>,
  stage: Verdict['stage'],
  findings: Finding[],
): Verdict {
  return { proposalId, symbol, stage, outcome: 'denied', quantityBase: '0', findings };
}

/** The first finding of each code, in the order of the table of codes: whoever found them, and however often. */
export function inTableOrder(findings: readonly Finding[]): Finding[] {
  return DenialCode.options.flatMap((code) => findings.find((found) => found.code === code) ?? []);
}

function finding(code: DenialCode, effect: Finding['effect'], numbers: Numbers): Finding {
  return {
    code,
    effect,
    value: finiteOrNull(numbers.value),
    limit: finiteOrNull(numbers.limit),
    message: numbers.message ?? DENIALS[code],
  };
}

function finiteOrNull(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
