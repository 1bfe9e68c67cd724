import { AppError } from '#domain/errors.ts';
import { DEFAULT_Q_PARAMETERS } from '#domain/q-table.ts';
import { parameterGrid } from '#tools/evaluation/parameter-grid.ts';
import { coveredSpans, marketName } from '#tools/evaluation/study-market.ts';
import { walkForward } from '#tools/evaluation/walk-forward.ts';
import type { Strategy } from '#tools/strategies/strategy.ts';
import { readStudyMarkets, type StudyRequest } from './study-markets.ts';
import { STUDY_JUDGED } from './study-terms.ts';
import type { SweepRequest } from './sweep.ts';
import type { SweptMarket } from './sweep-job.ts';

/** Markets too short for the parts are named and left out. @throws AppError `candle_data_missing` where none is left */
export async function readSweptMarkets(
  request: StudyRequest,
  tell: (words: string) => void,
): Promise<SweptMarket[]> {
  const { assumedFundingFraction } = DEFAULT_Q_PARAMETERS;
  const markets = (await readStudyMarkets(request, assumedFundingFraction)).flatMap((market) => {
    try {
      return [{ market, plan: walkForward(coveredSpans(market)) }];
    } catch (thrown) {
      if (!(thrown instanceof RangeError)) throw thrown;
      tell(`${marketName(market)} is left out: ${thrown.message}`);
      return [];
    }
  });
  if (markets.length === 0)
    throw new AppError('candle_data_missing', 'no market is left to judge strategies on: name other --data');
  return markets;
}

export function sweepRequest(
  markets: readonly SweptMarket[],
  strategies: readonly Strategy[],
  mostSets: number,
): SweepRequest {
  return {
    markets,
    grids: new Map(strategies.map((strategy) => [strategy.name, parameterGrid(strategy, mostSets)])),
    costs: STUDY_JUDGED.costs,
  };
}
