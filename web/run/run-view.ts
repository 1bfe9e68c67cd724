/** What each view of a run is given, and how the address names what is shown of it. */
import type { RunAnswer } from '../api/types.ts';

export interface RunViewProps {
  readonly answer: RunAnswer;
  /** Wall time of the last reading. */
  readonly readAtMs: number;
}

export const VIEW_PARAMETER = 'view';
export const NODE_PARAMETER = 'node';
export const SPAN_PARAMETER = 'span';
export const CLOCK_PARAMETER = 'clock';
