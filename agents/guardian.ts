/** The Guardian doubts. From `watch` up it may ask for less risk; nothing it can say asks for more. */
import { GuardianOpinion } from '#domain/opinion.ts';
import { percentText } from '#domain/percent.ts';
import type { Signal } from '#domain/signal.ts';
import type { GuardianQuestion } from './agent-desk.ts';
import { defineAgent } from './define-agent.ts';
import { rounded, table } from './evidence-table.ts';
import { ungroundedSymbols } from './grounding.ts';
import { accountTable, backdropTable, positionTable, signalTable } from './market-tables.ts';

/** Open loss over balance from which new risk waits. */
const OPEN_LOSS_FRACTION = 0.02;
/** Share of the universe pointing down from which a fall is the market's and not a coin's. */
const BREADTH_FRACTION = 0.6;
/** Fewer symbols than these say nothing about breadth. */
const BREADTH_MIN_SYMBOLS = 3;
/** Breaker triggers that measure our own account. */
const ACCOUNT_TRIGGERS: readonly string[] = ['drawdown', 'daily_loss'];

export const guardian = defineAgent<GuardianQuestion, GuardianOpinion, GuardianOpinion>({
  name: 'guardian',
  promptName: 'guardian',
  answerSchema: GuardianOpinion,
  evidenceOf: ({ level, reasons, signals, account, positions }, { atMs, background }) => ({
    level,
    reasons: table(
      ['trigger', 'level', 'value', 'trips at', 'what it measures'],
      reasons.map(({ trigger, level: reached, value, limit, message }) => [
        ...[trigger, reached, rounded(value, 3), rounded(limit, 3), message],
      ]),
    ),
    breadth: breadthTable(signals),
    signals: signalTable(mostMoved(signals), atMs),
    backdrop: backdropTable(background.btc, background, atMs),
    account: accountTable(account, atMs),
    positions: positionTable(positions, atMs),
  }),
  decideByRules,
  bound,
  ungrounded: (opinion, { signals, positions }) =>
    ungroundedSymbols(
      [opinion.reason],
      [...signals, ...positions].map(({ symbol }) => symbol),
    ),
  isWorthAsking: ({ level }) => level === 'watch',
});

/** A universe may hold two hundred: the breadth counts them all, and the table shows those that matter. */
const MOST_SHOWN = 12;

function mostMoved(signals: readonly Signal[]): Signal[] {
  const urgency = ({ score, spikes }: Signal) =>
    Math.abs(score) + Math.max(0, ...spikes.map(({ robustSigmas }) => Math.abs(robustSigmas)));
  return signals.toSorted((left, right) => urgency(right) - urgency(left)).slice(0, MOST_SHOWN);
}

function breadthTable(signals: readonly Signal[]): string {
  const count = (is: (signal: Signal) => boolean) => signals.filter(is).length;
  const spikes = (direction: 'up' | 'down') =>
    count((signal) => signal.spikes.some((spike) => spike.kind === 'price' && spike.direction === direction));
  return table(
    ['symbols', 'sell', 'buy', 'price spike down', 'price spike up', 'trend bear', 'trend bull', 'volatile'],
    [
      [
        signals.length,
        count(({ action }) => action === 'sell'),
        count(({ action }) => action === 'buy'),
        spikes('down'),
        spikes('up'),
        count(({ regime }) => regime.trend === 'bear'),
        count(({ regime }) => regime.trend === 'bull'),
        count(({ regime }) => regime.volatility === 'volatile'),
      ],
    ],
  );
}

function decideByRules(question: GuardianQuestion): GuardianOpinion {
  if (question.level !== 'watch')
    return { ask: 'keep', reason: `The breaker says ${question.level}; there is nothing to add.` };
  const worries = worriesOf(question);
  if (worries.length === 0)
    return { ask: 'keep', reason: 'On watch, but neither our account nor breadth is bad.' };
  return { ask: 'reduce', reason: `On watch, and ${worries.join('; ')}.`.slice(0, 600) };
}

function worriesOf({ reasons, signals, account }: GuardianQuestion): string[] {
  const worries = reasons
    .filter(({ trigger, level }) => level !== 'clear' && ACCOUNT_TRIGGERS.includes(trigger))
    .map(({ message }) => message);
  if (account === null) worries.push('the account cannot be read');
  const openLoss = account === null ? 0 : -Number(account.unrealisedQuote) / Number(account.balanceQuote);
  if (openLoss >= OPEN_LOSS_FRACTION)
    worries.push(
      `open losses are ${percentText(openLoss)} of balance, the limit is ${percentText(OPEN_LOSS_FRACTION)}`,
    );
  const falling = signals.filter(isFalling).length;
  if (signals.length >= BREADTH_MIN_SYMBOLS && falling / signals.length >= BREADTH_FRACTION)
    worries.push(`${falling} of ${signals.length} symbols point down`);
  return worries;
}

function isFalling(signal: Signal): boolean {
  const dropped = signal.spikes.some(({ kind, direction }) => kind === 'price' && direction === 'down');
  return signal.action === 'sell' || dropped;
}

/** On a tripped level only `trip` and silence are left; before it, the three asks and nothing else. */
function bound({ ask, reason }: GuardianOpinion, { level }: GuardianQuestion): GuardianOpinion {
  const allowed = level === 'tripped' ? ['trip'] : ['reduce', 'trip'];
  return { ask: allowed.includes(ask) ? ask : 'keep', reason: reason.slice(0, 600) };
}
