/**
 * The numbers in a sentence that claim something. Dates, times, timeframes, durations, names of indicators and the
 * shown names with digits in them claim nothing and are left out.
 */
import { plainText } from './plain-text.ts';

export type NumberUnit = 'percent' | 'bps' | 'times' | 'sigmas' | 'other';

export type Hedge = 'either' | 'above' | 'below';

export interface Reading {
  readonly value: number;
  /** Of the last digit said; what was rounded away is smaller. */
  readonly step: number;
}

export interface ProseNumber {
  /** As it stands, with sign and unit. */
  readonly said: string;
  /** What it may mean, without sign and before its unit: `1,234` is read both ways. */
  readonly readings: readonly Reading[];
  /** One digit, no point: `3%`, `8σ`. */
  readonly isOneDigit: boolean;
  /** Without a point, a scale or an exponent. */
  readonly isWhole: boolean;
  readonly sign: '+' | '-' | null;
  readonly unit: NumberUnit | null;
  /** `about 60`, `over 3%` */
  readonly hedge: Hedge | null;
  /** `RSI is 61`, `score 4`: what it claims to be a measure of; null for a line such as `RSI over 70`. */
  readonly measure: string | null;
  /** `4 of 9 symbols`: counts what can be counted in the tables. */
  readonly isCount: boolean;
}

const INDICATOR =
  'ema|sma|wma|hma|dema|tema|vwma|ma|rsi|atr|adx|cci|mfi|roc|macd|bb|bollinger(?: bands?)?|stoch(?:astic)?(?:rsi)?|williams|supertrend|donchian|keltner|momentum';
const MONTH = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*';

/** What has digits and is no number. Each match is blanked, so that places in the text stay. */
const NO_NUMBERS: readonly RegExp[] = [
  /\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?/g,
  /\b\d{1,2}[/.]\d{1,2}[/.](?:\d{2}|\d{4})\b/g,
  /\b\d{1,2}:\d{2}(?::\d{2})?\b(?: ?(?:UTC|GMT|am|pm))?/gi,
  new RegExp(`\\b${MONTH}\\.? \\d{1,2}(?:st|nd|rd|th)?(?:,? (?:19|20)\\d{2})?\\b`, 'gi'),
  new RegExp(`\\b\\d{1,2}(?:st|nd|rd|th)?(?: of)? ${MONTH}(?:,? (?:19|20)\\d{2})?\\b`, 'gi'),
  /(?<=\b(?:in|since|of|from|until|during|year|before|after) )(?:19|20)\d{2}\b(?![.,]?\d|%)/gi,
  /\b(?:24\/7|50\/50)\b/g,
  /\b\d{1,2}(?:st|nd|rd|th)\b/g,
  // Spans of time, and timeframes; `m` is a minute after a whole number and a million after `1.2`.
  /(?<![\w.$,])\d{1,5}m\b/g,
  /(?<![\w.$,])\d{1,5}(?:\.\d{1,2})?[ -]?(?:ms|s|secs?|seconds?|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?|months?|years?)\b/gi,
  /(?<![\w.$,])\d{1,3}[ -](?:bars?|candles?|periods?)\b/gi,
  // MACD 12/26/9, BB(20,2)
  new RegExp(`(?<=\\b(?:${INDICATOR})[ -]?\\(?)\\d{1,3}(?: ?[/,] ?\\d{1,3}(?:\\.\\d)?)+\\)?`, 'gi'),
];

/** Periods of indicators, to be looked up among the shown names: `EMA 50`, `EMA(50)`, `the 50 EMA`. */
const PERIODS: readonly RegExp[] = [
  new RegExp(`\\b(?<name>${INDICATOR})[ -]?\\(?(?<period>\\d{1,3})\\b\\)?(?![.,]?\\d|%)`, 'gi'),
  new RegExp(`(?<![\\w.])(?<period>\\d{1,3})[ -](?:period )?(?<name>${INDICATOR})\\b`, 'gi'),
];

const UNIT = [
  String.raw` ?(?:%|percent(?:age points?)?\b|per cent\b|pct\b|pp\b|bps?\b|basis points?\b)`,
  String.raw` ?(?:thousand|million|billion|trillion|mln|bn)\b|(?:k|m|b|t)\b`,
  String.raw` ?(?:x\b|×|times\b|-?fold\b|σ|sigmas?\b|std\b|sd\b|usd[tc]?\b|dollars?\b|quote\b|R\b)`,
].join('|');
const NUMBER = new RegExp(
  [
    String.raw`(?<![\p{L}\d_.])(?<hedge>[~≈<>≤≥]*) ?(?<sign>[+\-±]?)(?<currency>[$€£]?)`,
    String.raw`(?<digits>\d{1,3}(?:[,'_]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?|\.\d+)(?<exponent>e[+\-]?\d{1,3})?`,
    `(?<unit>${UNIT})?`,
  ].join(''),
  'giu',
);

const SCALES: Readonly<Record<string, number>> = {
  ...{ k: 1e3, thousand: 1e3, m: 1e6, mln: 1e6, million: 1e6, b: 1e9, bn: 1e9, billion: 1e9 },
  ...{ t: 1e12, trillion: 1e12 },
};
const PERCENT = /^(?:%|percent|per cent|pct|pp)/;
/** Nobody rounds a multiple to tens. */
const TIMES = /^(?:x|×|-?fold)$/;
const SIGMAS = /^(?:σ|sigmas?|std|sd)$/;
const BPS = /^(?:bp|basis)/;
const UNITS: readonly (readonly [NumberUnit, RegExp])[] = [
  ['percent', PERCENT],
  ['bps', BPS],
  ['times', TIMES],
  ['sigmas', SIGMAS],
];
/** What binds two ends of a range: the unit of the second is that of the first. */
const RANGE = /^ ?(?:-|to|and|or|\/|\.\.) ?$/;

const MEASURES =
  'rsi|adx|atr|cci|mfi|roc|macd|histogram|score|conviction|confidence|ratio|correlation|funding|rate|price|last|mark|entry|stop|target|leverage|margin|equity|balance|drawdown|loss|profit|pnl|volume|interest|probability|chance|odds|sentiment|greed|fear|index|volatility|unrealised|notional|vwap|ema|sma|stoch|visits';
const LINKS =
  'is|was|are|at|of|on|in|to|=|:|now|reads?|stands?|sits?|prints?|only|still|just|about|around|roughly|near|nearly|almost|value|the|a|an|from';
const CLAIM = new RegExp(
  `\\b(${MEASURES})\\w*(?: ?\\([^()]{0,20}\\))?(?:[ :=]+(?:\\d{1,3}[mhdw]\\b|(?:${LINKS})\\b|[=:]))*[ :=]*$`,
  'i',
);
/** What the shown number may be, seen from the one said: `over 60` is said of 61 and not of 59. */
const HEDGES: readonly (readonly [Hedge, RegExp])[] = [
  ['either', hedging('about|around|roughly|near|approx(?:imately|\\.)?|close to|some', '~≈')],
  ['above', hedging('over|above|more than|at least|beyond|past|exceeds?|greater than|higher than', '>≥')],
  ['below', hedging('under|below|nearly|almost|less than|lower than|at most|up to', '<≤')],
];
/** These say where a line lies, not what something measures. */
const LINE =
  /(?:\b(?:over|above|under|below|than|past|beyond|exceeds?|between|threshold|limit|line|acts at|least|most)|[<>≤≥±])(?: (?:of|the|is|at|and))* ?[$+\-±]?$/i;
const COUNTED =
  /^ (?:of\b|out of\b|(?:[a-z-]+ ){0,2}(?:symbols?|coins?|alts?|positions?|proposals?|opens?|closes?|rows?|signals?|votes?|rules?|timeframes?|indicators?|orders?|subjects?|triggers?)\b)/i;

/** `shownNames` in lower case: every shown word that has a digit in it. */
export function numbersInProse(prose: string, shownNames: ReadonlySet<string>): ProseNumber[] {
  const text = withoutNames(plainText(prose), shownNames);
  const found: { number: ProseNumber; from: number; to: number }[] = [];
  for (const match of text.matchAll(NUMBER)) {
    const number = readNumber(match, text);
    if (number !== null) found.push({ number, from: match.index, to: match.index + match[0].length });
  }
  return found.map(({ number, to }, index) => {
    const next = found[index + 1];
    const isRange = next !== undefined && number.unit === null && RANGE.test(text.slice(to, next.from));
    return isRange && next.number.unit !== null ? { ...number, unit: next.number.unit } : number;
  });
}

function withoutNames(prose: string, shownNames: ReadonlySet<string>): string {
  let text = prose.replaceAll(/[\w@/:.-]*\d[\w@/:.-]*/g, (word) => {
    const name = word.replace(/[.:/-]+$/, '');
    return /[a-z]/i.test(name) && shownNames.has(name.toLowerCase()) ? withoutTail(word) : word;
  });
  for (const pattern of PERIODS)
    text = text.replaceAll(pattern, (whole, ...rest) => {
      const { name, period } = rest.at(-1);
      return shownNames.has(`${name}${period}`.toLowerCase()) ? whole.replaceAll(/\d/g, ' ') : whole;
    });
  for (const pattern of NO_NUMBERS) text = text.replaceAll(pattern, blank);
  // `price64000` hides a number; `usd64000` and `x5` too.
  return text.replaceAll(/(?<=\p{L})(?=\d)/gu, ' ');
}

function hedging(words: string, signs: string): RegExp {
  return new RegExp(`(?:\\b(?:${words})|[${signs}])(?: the)? ?[$€£+\\-±]?$`, 'i');
}

/** Leaves `rsi` of `rsi14@4h`: what follows may be its value. */
function withoutTail(name: string): string {
  const stem = /^[a-z]*/i.exec(name)?.[0] ?? '';
  return stem + blank(name.slice(stem.length));
}

function blank(words: string): string {
  return ' '.repeat(words.length);
}

function readNumber(match: RegExpExecArray, text: string): ProseNumber | null {
  const { hedge = '', sign = '', currency = '', digits = '', exponent = '', unit = '' } = match.groups ?? {};
  const before = text.slice(Math.max(0, match.index - 60), match.index) + hedge;
  const after = text.slice(match.index + match[0].length, match.index + match[0].length + 60);
  const word = unit.trim().toLowerCase();
  const scale = (SCALES[word] ?? 1) * (exponent === '' ? 1 : 10 ** Number(exponent.slice(1)));
  const isBare = unit === '' && currency === '' && sign === '' && exponent === '';
  const isWhole = /^\d+$/.test(digits);
  const claimed = CLAIM.exec(before)?.[1]?.toLowerCase() ?? null;
  return {
    said: match[0].trim(),
    readings: readingsOf(digits).map(({ value, step }) => ({
      value: value * scale,
      step: (TIMES.test(word) ? Math.min(1, step) : step) * scale,
    })),
    isWhole: isWhole && scale === 1,
    isOneDigit: /^[1-9]$/.test(digits) && scale === 1,
    sign: sign === '+' || sign === '-' ? sign : null,
    unit: UNITS.find(([, pattern]) => pattern.test(word))?.[0] ?? (isBare ? null : 'other'),
    hedge: HEDGES.find(([, pattern]) => pattern.test(before))?.[0] ?? null,
    measure: LINE.test(before) ? null : claimed,
    isCount: isBare && isWhole && claimed === null && (COUNTED.test(after) || /\bof $/.test(before)),
  };
}

/** `1,234` may be a thousand and more or, as half of the world writes it, a little over one. */
function readingsOf(digits: string): Reading[] {
  const asDecimal = readingOf(digits.replace(',', '.'));
  if (!/^\d{1,3}(?:[,'_]\d{3})+/.test(digits)) return [asDecimal];
  const asThousands = readingOf(digits.replaceAll(/[,'_]/g, ''));
  return /^\d{1,3},\d{3}$/.test(digits) ? [asThousands, asDecimal] : [asThousands];
}

/** Zeros at the end of a whole number may be rounding, but for its first two digits. */
function readingOf(digits: string): Reading {
  const [whole = '', decimals] = digits.split('.');
  const value = Number(digits);
  if (decimals !== undefined) return { value, step: 10 ** -decimals.length };
  const zeros = /0*$/.exec(whole)?.[0].length ?? 0;
  return { value, step: 10 ** Math.max(0, Math.min(zeros, whole.length - 2)) };
}
