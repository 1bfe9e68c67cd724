import { constants, setPriority } from 'node:os';

/** The desks come first where the machine has too little for them and for a process beside them. */
export function giveWay(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It may have ended already, and some systems let nobody do this.
  }
}
