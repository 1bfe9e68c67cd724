/** What can be laid over a chart or under it: the desk's own indicators, in the colours the styles name. */
export interface IndicatorLine {
  /** As the API names it. */
  readonly key: string;
  readonly label: string;
  readonly colour: string;
  readonly isDashed?: boolean;
  readonly isHistogram?: boolean;
  /** A number of its own, not a price. */
  readonly isOscillator?: boolean;
}

export interface IndicatorGroup {
  readonly id: string;
  readonly label: string;
  /** What the desk reads of it. */
  readonly title: string;
  /** With a pane of its own under the prices. */
  readonly isApart: boolean;
  readonly lines: readonly IndicatorLine[];
}

export const INDICATOR_GROUPS: readonly IndicatorGroup[] = [
  {
    id: 'ema',
    label: 'EMA',
    title: 'EMA 9, 21 and 50: ema_stack votes by their order on 1h bars',
    isApart: false,
    lines: [
      { key: 'ema9', label: 'EMA 9', colour: '--accent' },
      { key: 'ema21', label: 'EMA 21', colour: '--agent' },
      { key: 'ema50', label: 'EMA 50', colour: '--watch' },
    ],
  },
  {
    id: 'bollinger',
    label: 'Bollinger',
    title: 'Bollinger bands (20, 2): bollinger_touch votes by them on 15m bars',
    isApart: false,
    lines: [
      { key: 'bollingerUpper', label: 'Upper', colour: '--faint' },
      { key: 'bollingerMiddle', label: 'Middle', colour: '--faint', isDashed: true },
      { key: 'bollingerLower', label: 'Lower', colour: '--faint' },
    ],
  },
  {
    id: 'vwap',
    label: 'VWAP',
    title: 'VWAP of the UTC day: vwap_side votes by it on 15m bars',
    isApart: false,
    lines: [{ key: 'vwap', label: 'VWAP', colour: '--ink', isDashed: true }],
  },
  {
    id: 'rsi',
    label: 'RSI',
    title: 'RSI 14: rsi_band votes by it on 15m bars',
    isApart: true,
    lines: [{ key: 'rsi14', label: 'RSI 14', colour: '--accent', isOscillator: true }],
  },
  {
    id: 'macd',
    label: 'MACD',
    title: 'MACD (12, 26, 9): macd_cross votes by its histogram on 1h bars',
    isApart: true,
    lines: [
      { key: 'macdHistogram', label: 'Histogram', colour: '--muted', isHistogram: true, isOscillator: true },
      { key: 'macd', label: 'MACD', colour: '--accent', isOscillator: true },
      { key: 'macdSignal', label: 'Signal', colour: '--watch', isOscillator: true },
    ],
  },
  {
    id: 'atr',
    label: 'ATR',
    title: 'ATR 14: stops and sizes are reckoned by it, on 1h bars',
    isApart: true,
    lines: [{ key: 'atr14', label: 'ATR 14', colour: '--agent' }],
  },
];

/** What the desk did and said, drawn on the bars. */
export const MARK_KINDS = [
  { id: 'trades', label: 'Trades', title: 'Entries and exits, and the lines of the open position' },
  { id: 'signals', label: 'Signals', title: 'Cycles whose points made it a buy or a sell' },
] as const;

export const SHOWN_AT_FIRST: readonly string[] = ['ema', 'rsi', 'trades', 'signals'];

export function groupsOf(shown: readonly string[]): readonly IndicatorGroup[] {
  return INDICATOR_GROUPS.filter(({ id }) => shown.includes(id));
}
