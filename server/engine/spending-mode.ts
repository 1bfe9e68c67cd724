import type { SpendingSwitch } from '#db/repositories/spending-switch.ts';
import type { SpendingMode } from '#domain/spending.ts';
import type { LlmConfig } from '../config-model.ts';

/**
 * The mode the next run begins with. A switch holds over what the environment says, in every process; only `--mode`
 * typed later than the switch holds over that, in its own process. The later word of a person wins.
 */
export function effectiveMode(
  { mode, modeTypedAtMs }: Pick<LlmConfig, 'mode' | 'modeTypedAtMs'>,
  switched: SpendingSwitch | null,
): SpendingMode {
  if (switched === null) return mode;
  return modeTypedAtMs !== undefined && modeTypedAtMs > switched.atMs ? mode : switched.mode;
}
