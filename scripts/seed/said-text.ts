/** What models are asked and answer, of realistic length: tables of numbers, sentences of the trade, and a rare word. */
import type { RandomSource } from '#domain/ids.ts';

/** Words the bench looks for, by how many runs hold them. */
export const PLANTED = {
  /** In a handful of answers. */
  rare: 'kurtosis',
  /** In the system prompts of the older runs alone, so that no newer run holds it. */
  longAgo: 'grandfathered',
  /** In no run. */
  unused: 'xylophone',
} as const;

export const AGENTS = ['scanner', 'guardian', 'context', 'risk', 'executor'] as const;
export const SYMBOLS = [
  ...['BTC', 'ETH', 'SOL', 'BNB', 'XRP', 'DOGE', 'ADA', 'AVAX', 'LINK', 'DOT', 'LTC', 'UNI'],
  ...['ATOM', 'NEAR', 'APT', 'ARB', 'OP', 'FIL', 'INJ', 'SUI'],
].map((base) => `${base}/USDT:USDT`);

const CLAUSES = [
  'the 4h trend is intact and the 1h pulls back into support',
  'funding stays high settlement after settlement, longs are crowded',
  'momentum fades while the close makes a higher high',
  'volume dries up as the move goes on',
  'the stop sits one average range below the swing low',
  'Bitcoin leads and this coin follows with a high correlation',
  'open interest grows into resistance, a squeeze is possible',
  'the spike came back within three candles and says little',
  'three averages agree and count as one thing',
  'the desk has lost in this coin over its last ten trades',
  'a limit near the book saves the spread, the deadline is short',
  'reward to risk after fees is thin at this entry',
  'nothing speaks against the side, conviction stays moderate',
  'the regime is a range, so strength is exhaustion',
  'liquidity is poor in this hour and slippage would eat the edge',
  'exposure that moves together is near its limit',
  'a neutral view: the timeframes are at odds',
  'the Q-table has seen this state often and leans the same way',
];
const READINGS = [
  ...['close', 'rsi14', 'macd_histogram', 'atr14', 'adx14', 'ema20', 'ema50', 'ema200', 'bb_upper'],
  ...['bb_lower', 'vwap', 'volume_ratio', 'obv_slope', 'stoch_k', 'stoch_d', 'funding_rate'],
];
const SYLLABLES = ['ka', 'lo', 'mi', 'ra', 'ven', 'to', 'sil', 'bar', 'nu', 'phe', 'dro', 'quin'];

export function pick<Choice>(random: RandomSource, choices: readonly Choice[]): Choice {
  return choices[Math.floor(random.next() * choices.length)] as Choice;
}

export function systemPrompt(agent: string, version: number, text: string): string {
  const note = version === 1 ? ` Rules of the first season are ${PLANTED.longAgo}.` : '';
  return `${text}\n\nYou are the ${agent}, version ${version}.${note}`;
}

export function questionText(random: RandomSource, symbol: string, run: number): string {
  const rows = READINGS.map(
    (name) => `${name}: ${Array.from({ length: 4 }, () => figure(random)).join(' | ')}`,
  );
  return [
    `Symbol: ${symbol}, cycle ${run}`,
    'Readings, 3m | 15m | 1h | 4h',
    ...rows,
    `Backdrop: ${prose(random, 3)}`,
    `Votes: ${prose(random, 2)}`,
    `Note ${name(random)}: ${prose(random, 2)}`,
  ].join('\n');
}

export function answerText(random: RandomSource, symbol: string, run: number): string {
  // A prime, so that the few are spread over agents and outcomes.
  const rare = run % 14_009 === 11 ? ` The ${PLANTED.rare} of returns is high.` : '';
  const summary = `${prose(random, 3)} Watch ${name(random)}.${rare}`;
  const evidence = READINGS.slice(0, 3).map((key) => ({
    key: `${key}@1h`,
    value: Number(figure(random)),
    note: prose(random, 1),
  }));
  return JSON.stringify({
    symbol,
    stance: pick(random, ['bullish', 'bearish', 'neutral']),
    evidence,
    summary,
  });
}

function prose(random: RandomSource, sentences: number): string {
  return Array.from({ length: sentences }, () => `${pick(random, CLAUSES)}.`).join(' ');
}

/** One of some twenty thousand made-up words: most runs hold words that few others do. */
function name(random: RandomSource): string {
  return Array.from({ length: 4 }, () => pick(random, SYLLABLES)).join('');
}

function figure(random: RandomSource): string {
  return (random.next() * 10 ** Math.floor(random.next() * 5)).toFixed(4);
}
