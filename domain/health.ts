/** What the desk depends on, as it stands: each thing with what its state means and the way out of a bad one. */
import { z } from 'zod';
import { EpochMs } from './time.ts';

export const HealthStatus = z.enum(['up', 'degraded', 'down']);
export type HealthStatus = z.infer<typeof HealthStatus>;

export const HealthItem = z.object({
  name: z.string(),
  status: HealthStatus,
  /** Whether the server is not ready without it. */
  required: z.boolean(),
  /** What was found. */
  detail: z.string(),
  /** What it does for the desk, and what happens without it. */
  meaning: z.string(),
  /** What a person can do about it; null while it is up. */
  wayOut: z.string().nullable(),
  /** Wall time since which this process has seen it so. */
  sinceMs: EpochMs,
});
export type HealthItem = z.infer<typeof HealthItem>;

export const HealthReport = z.object({
  /** Wall time of the look. */
  atMs: EpochMs,
  ready: z.boolean(),
  /** Since when this process looks: before it nothing is known. */
  watchedSinceMs: EpochMs,
  items: z.array(HealthItem),
});
export type HealthReport = z.infer<typeof HealthReport>;
