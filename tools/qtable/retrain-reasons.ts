import type { RetrainFacts, RetrainReason } from '#domain/retraining.ts';
import { RETRAIN_TRADES } from '#domain/retraining.ts';
import { DAY_MS, isoTime } from '#domain/time.ts';

/** REQUIREMENTS, Learning. */
const RETRAIN_AFTER = { signals: 2_000, ageMs: 7 * DAY_MS, winRateFraction: 0.4 } as const;

/**
 * Why a new Q-table is due; empty where nothing asks for one. Each trigger is reached at its number: 2,000 signals or a
 * week since the bars the newest version knows; a win rate under 40% of the newest 20 trades since then, and of fewer none;
 * a trend of Bitcoin that has been another one for a day. Where nothing was trained yet the signals alone can ask.
 */
export function retrainReasons(facts: RetrainFacts): RetrainReason[] {
  const { nowMs, version, knownToMs, signals, trades, won, trendThen, trendNow } = facts;
  const reasons: RetrainReason[] = [];
  const since = knownToMs === null ? 'ever' : `since ${isoTime(knownToMs)}, the end of version ${version}`;
  if (signals >= RETRAIN_AFTER.signals)
    reasons.push({
      trigger: 'signals',
      message: `${signals} signals were recorded ${since}; ${RETRAIN_AFTER.signals} ask for a new table`,
    });
  if (knownToMs === null) return reasons;
  const ageMs = nowMs - knownToMs;
  if (ageMs >= RETRAIN_AFTER.ageMs)
    reasons.push({
      trigger: 'age',
      message: `version ${version} knows nothing of the last ${(ageMs / DAY_MS).toFixed(1)} days; ${RETRAIN_AFTER.ageMs / DAY_MS} ask for a new table`,
    });
  if (trades >= RETRAIN_TRADES && won / trades < RETRAIN_AFTER.winRateFraction)
    reasons.push({
      trigger: 'win_rate',
      message: `${won} of the newest ${trades} trades ${since} were won; under ${RETRAIN_AFTER.winRateFraction * 100}% asks for a new table`,
    });
  if (isAnother(trendThen, trendNow))
    reasons.push({
      trigger: 'regime',
      message: `Bitcoin's trend was ${trendThen} at the end of version ${version} and has been ${trendNow} for a day`,
    });
  return reasons;
}

/** What is not known is no change. */
function isAnother(then: RetrainFacts['trendThen'], now: RetrainFacts['trendNow']): boolean {
  const [known, knownNow] = [then, now].map((trend) => (trend === 'unknown' ? null : trend));
  return known !== null && knownNow !== null && known !== knownNow;
}
