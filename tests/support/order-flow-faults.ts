/** What goes wrong in an order flow: every kind of fault, aimed at every kind of call, drawn from a seed. */
import type { RandomSource } from '#domain/ids.ts';
import type { FaultEffect, FaultRule } from './venue/venue-faults.ts';

type Aim = Pick<FaultRule, 'method' | 'path' | 'where'>;

/** Longer than the desk waits for an answer, shorter than the venue takes a request for. */
const LATE_MS = 800;

/** What may befall any call, executed or not. */
const ANYWHERE: readonly FaultEffect[] = [
  { kind: 'service-unavailable' },
  ...[true, false].flatMap((executed): FaultEffect[] => [
    { kind: 'unknown-error', executed },
    { kind: 'unexpected-response', executed },
    { kind: 'backend-timeout', executed },
    { kind: 'dropped', executed },
    { kind: 'cut-body', executed },
    { kind: 'held', executed, forMs: LATE_MS },
  ]),
  { kind: 'latency', ms: LATE_MS },
  { kind: 'latency', ms: 60 },
  { kind: 'rate-limited', retryAfterS: 1 },
  { kind: 'rate-limited' },
  { kind: 'banned', forMs: 1_000 },
  { kind: 'clock-skew' },
];

const OF_ORDERS: readonly FaultEffect[] = [
  ...[100, 700].map((afterMs): FaultEffect => ({ kind: 'late-fill', afterMs })),
  { kind: 'partial-fill', fraction: '0.4' },
  { kind: 'partial-fill', fraction: '0.6', restAfterMs: 400 },
];
const OF_STOPS: readonly FaultEffect[] = [
  { kind: 'refused', code: -2021, message: 'Order would immediately trigger.' },
  { kind: 'refused', code: -4045, message: 'Reach max stop order limit.' },
];
const OF_LISTS: readonly FaultEffect[] = [{ kind: 'empty-list' }];

/** Each aim names a call of the flow and what may befall it beside the common faults. */
function aims(symbol: string): readonly (readonly [Aim, readonly FaultEffect[]])[] {
  const reads = ['/openOrders', '/openAlgoOrders', '/userTrades', '/positionRisk'];
  return [
    [{ method: 'POST', path: '/v1/order', where: { symbol } }, OF_ORDERS],
    [{ method: 'POST', path: '/v1/order', where: { symbol, reduceOnly: 'true' } }, OF_ORDERS],
    [{ method: 'POST', path: '/algoOrder', where: { symbol, type: 'STOP_MARKET' } }, OF_STOPS],
    [{ method: 'POST', path: '/algoOrder', where: { symbol, type: 'TAKE_PROFIT_MARKET' } }, OF_STOPS],
    [{ method: 'DELETE', path: '/algoOrder' }, []],
    [{ method: 'GET', path: '/v1/order', where: { symbol } }, []],
    [{ method: 'GET', path: '/algoOrder' }, []],
    ...reads.map((path) => [{ method: 'GET', path }, OF_LISTS] as const),
    [{ method: 'GET', path: '/account' }, []],
    [{ method: 'POST', path: '/leverage' }, []],
  ];
}

/** One fault for the next call it fits. */
export function drawFault(random: RandomSource, symbol: string): FaultRule {
  const [aim, own] = drawn(random, aims(symbol));
  const effects = random.next() < 0.35 && own.length > 0 ? own : ANYWHERE;
  return { ...aim, effect: drawn(random, effects) };
}

export function drawn<Choice>(random: RandomSource, choices: readonly Choice[]): Choice {
  return choices[Math.floor(random.next() * choices.length)] as Choice;
}
