/** Walks so many symbol-years, all of them kept, and tells the most memory the process has held. */
import { parametersOf } from '#tools/strategies/parameters.ts';
import { smaCrossover } from '#tools/strategies/sma-crossover.ts';
import { walkStrategy } from '#tools/strategies/walk-strategy.ts';
import { yearCandles } from './year-candles.ts';

const KB_PER_MB = 1_024;

const years = Array.from({ length: Number(process.argv[2]) }, (_, symbol) =>
  yearCandles(525_600, 42 + symbol),
);
const walks = years.map((bars) => walkStrategy(smaCrossover, parametersOf(smaCrossover), bars));
if (walks.some(({ trades }) => trades.count === 0)) throw new Error('a year without a trade was no walk');
process.send?.(process.resourceUsage().maxRSS / KB_PER_MB);
