/** A version of weights out of candle files: everything its bytes depend on, and the hash over all of it. */
import { createHash } from 'node:crypto';
import type { NewWeights } from '#db/repositories/strategy-weights.ts';
import { AppError } from '#domain/errors.ts';
import { DEFAULT_Q_PARAMETERS } from '#domain/q-table.ts';
import type { WeightsFacts } from '#domain/strategy-weights.ts';
import type { JudgeOptions } from '#tools/evaluation/judge-part.ts';
import { coveredSpans, type StudyMarket } from '#tools/evaluation/study-market.ts';
import { studyWeights } from '#tools/evaluation/study-weights.ts';
import { readStudyMarkets, type StudyRequest } from '../study/study-markets.ts';
import { marketHash } from '../study/sweep.ts';

/** @throws AppError `candle_data_missing` without candles enough for the parts */
export async function learnVersion(request: StudyRequest, options: JudgeOptions): Promise<NewWeights> {
  const markets = await readStudyMarkets(request, DEFAULT_Q_PARAMETERS.assumedFundingFraction);
  const { cells, facts: studied, scores } = study(markets, options);
  const facts: WeightsFacts = {
    ...studied,
    markets: scores.map(({ market, ...scored }) => ({ ...aboutOf(market), ...scored })),
  };
  const hash = createHash('sha256').update(JSON.stringify({ cells, facts })).digest('hex');
  return { hash, cells, facts };
}

function study(markets: readonly StudyMarket[], options: JudgeOptions) {
  try {
    return studyWeights(markets, options);
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    throw new AppError('candle_data_missing', `the candles do not do: ${thrown.message}`, { cause: thrown });
  }
}

function aboutOf(market: StudyMarket) {
  const spans = coveredSpans(market);
  const { venue, symbol } = market;
  const [fromMs, toMs] = [spans[0]?.fromMs ?? 0, spans.at(-1)?.toMs ?? 0];
  return { venue, symbol, fromMs, toMs, candleHash: marketHash(market) };
}
