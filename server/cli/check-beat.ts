import type { EpochMs } from '#domain/time.ts';
import type { BeatingRole } from '../roles.ts';
import { BEAT_LIMIT_MS, lastBeatAtMs } from '../telemetry/role-beat.ts';

/** Whether the loop of a role that keeps its beat in this folder still turns. */
export async function checkBeat(
  homeDir: string,
  role: BeatingRole,
  nowMs: EpochMs,
): Promise<{ readonly name: string; readonly status: 'ok' | 'failed'; readonly detail: string }> {
  const atMs = await lastBeatAtMs(homeDir, role);
  if (atMs === null)
    return {
      name: role,
      status: 'failed',
      detail: `no ${role} runs on ${homeDir}: start one there, or set VIGIL_HOME to its folder`,
    };
  const ageMs = Math.max(0, nowMs - atMs);
  const detail = `its loop last turned ${Math.round(ageMs / 1_000)} s ago`;
  return ageMs <= BEAT_LIMIT_MS
    ? { name: role, status: 'ok', detail }
    : {
        name: role,
        status: 'failed',
        detail: `${detail}, over the limit of ${BEAT_LIMIT_MS / 1_000} s: its log says what holds it up; start it again`,
      };
}
