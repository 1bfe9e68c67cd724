import type { Feedback } from '#domain/feedback.ts';
import { assessFeedback } from '#tools/performance/feedback.ts';
import { judgeOn } from '#tools/performance/judge-cut.ts';
import type { AnalysisDeps } from './deps.ts';
import type { Frame } from './frames.ts';
import type { RunRequest } from './state.ts';

type FeedbackDeps = Pick<AnalysisDeps, 'pastTrading' | 'settings'>;

/** One reckoning for all the questions of a run. */
const RECKONED = new WeakMap<Frame, Promise<Feedback>>();

/** What came of the desk's last cycles, judged on the candles of this run's frozen market and no later ones. */
export function feedbackOf(request: RunRequest, frame: Frame, deps: FeedbackDeps): Promise<Feedback> {
  const known = RECKONED.get(frame);
  if (known !== undefined) return known;
  const reckoned = reckon(request, frame, deps);
  RECKONED.set(frame, reckoned);
  reckoned.catch(() => RECKONED.delete(frame));
  return reckoned;
}

async function reckon(
  { deskId, marketNowMs }: RunRequest,
  { snapshot }: Frame,
  { pastTrading, settings }: FeedbackDeps,
): Promise<Feedback> {
  const past = await pastTrading(deskId, marketNowMs);
  return assessFeedback(past, judgeOn(snapshot.markets, settings.assumedCosts));
}
