/** A trade's whole chain, from the first look at the market to its profit. Pure. */

import type { LineageOrder, TradeLineage } from '#domain/lineage.ts';
import { formatPrice, formatQuantity, formatQuote } from '../format/number.ts';
import { formatDate, formatTime } from '../format/time.ts';
import { ENDED_BY, fundingWords, plural, sentence, spaced } from '../format/words.ts';
import type { BadgeTone } from '../ui/badge.tsx';
import { decisionSteps } from './decision-steps.ts';
import { type LineageStep, nodeLink } from './lineage-step.ts';

/** In market time; what a run decided comes before what it sent. */
export function tradeSteps(lineage: TradeLineage): LineageStep[] {
  const blocks = [
    ...lineage.decisions.map((decision) => ({
      atMs: decision.market?.asOfMs ?? 0,
      steps: decisionSteps(decision),
    })),
    ...lineage.orders.map((order) => ({ atMs: order.atMs, steps: [orderStep(order)] })),
  ].sort((left, right) => left.atMs - right.atMs);
  return [...blocks.flatMap(({ steps }) => steps), ...fundingSteps(lineage), resultStep(lineage)];
}

const ORIGINS: Readonly<Record<LineageOrder['origin'], string>> = {
  run: 'by the run',
  custody: 'by custody',
  person: 'by a person',
  venue: 'by the venue',
};

function orderStep(line: LineageOrder): LineageStep {
  const { clientOrderId, purpose, origin, runId, intent, order, fills, atMs } = line;
  const request = intent?.request ?? order;
  const price = request?.triggerPriceQuote ?? request?.priceQuote ?? null;
  const status = order?.status ?? intent?.status ?? (fills.length > 0 ? 'filled' : null);
  const reason = order?.reason ?? intent?.reason ?? null;
  return {
    key: `order ${clientOrderId}`,
    title: `${sentence(purpose)} ${request === null ? 'order' : `${request.side} ${spaced(request.type)}`}`,
    badges: [
      { text: ORIGINS[origin] },
      ...(status === null ? [] : [{ text: spaced(status), tone: toneOf(status) }]),
    ],
    figures: [
      ...(request === null ? [] : [['Size', formatQuantity(request.quantityBase)] as const]),
      ['Price', price === null ? 'market' : formatPrice(price)],
    ],
    words: [...fills.map(fillWords), ...(reason === null ? [] : [reason])],
    links: runId === null ? [] : [nodeLink(runId, 'place')],
    id: clientOrderId,
    ...{ runId, atMs },
  };
}

function fillWords({
  quantityBase,
  priceQuote,
  ofTrade,
  liquidity,
  fillId,
  atMs,
}: LineageOrder['fills'][number]): string {
  const isShared = ofTrade.quantityBase !== quantityBase;
  const share = isShared ? `, of which ${formatQuantity(ofTrade.quantityBase)} of this trade` : '';
  const realised =
    Number(ofTrade.realisedQuote) === 0
      ? ''
      : `, realised ${formatQuote(ofTrade.realisedQuote, { signed: true })}`;
  return `Fill ${fillId} at ${formatDate(atMs)} ${formatTime(atMs)}: ${formatQuantity(quantityBase)} at ${formatPrice(priceQuote)}${share}, fee ${formatQuote(ofTrade.feeQuote, { digits: 4 })} as ${liquidity}${realised}`;
}

function toneOf(status: string): BadgeTone {
  if (status === 'filled') return 'up';
  if (status === 'rejected') return 'down';
  return status === 'unknown' ? 'watch' : 'neutral';
}

function fundingSteps({ fundings, sums, tradeId }: TradeLineage): LineageStep[] {
  const last = fundings.at(-1);
  if (last === undefined) return [];
  return [
    {
      key: `funding ${tradeId}`,
      title: `${plural(fundings.length, 'funding payment')}: ${fundingWords(sums.fundingQuote)}`,
      badges: [],
      figures: [['Paid', formatQuote(sums.fundingQuote, { digits: 4 })]],
      words: fundings.map(
        ({ amountQuote, rateFraction, paymentId }) =>
          `${paymentId}: ${formatQuote(amountQuote, { digits: 4 })} at a rate of ${(rateFraction * 100).toFixed(4)}%`,
      ),
      links: [],
      id: null,
      ...{ runId: null, atMs: last.atMs },
    },
  ];
}

/** The sums are exact in the answer; the screen rounds them. */
function resultStep({ sums, trade, position, tradeId, closedAtMs }: TradeLineage): LineageStep {
  const title = trade === null ? 'Still open' : `Closed by ${ENDED_BY[trade.exitReason]}`;
  return {
    key: `result ${tradeId}`,
    title,
    badges: [],
    figures: [
      ['Gross', formatQuote(sums.grossQuote, { signed: true })],
      ['Entry fees paid', formatQuote(sums.entryFeesQuote, { digits: 4 })],
      ['Exit fees paid', formatQuote(sums.exitFeesQuote, { digits: 4 })],
      ['Funding paid', formatQuote(sums.fundingQuote, { digits: 4 })],
      ['Realised after fees and funding', sums.netQuote.replace('-', '−')],
      ...(position === null
        ? []
        : [['Unrealised', formatQuote(position.unrealisedQuote, { signed: true })] as const]),
    ],
    words: [],
    links: [],
    id: tradeId,
    ...{ runId: null, atMs: closedAtMs },
  };
}
