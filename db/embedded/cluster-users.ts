/**
 * Which processes use a running cluster, as one small file each. The last one to leave stops it; one that was killed
 * does not count. Read and written under the cluster's lock, except when a process exits.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { isAlive, ownIdentity } from './process-identity.ts';

const Identity = z.object({ pid: z.number().int(), startedAt: z.string() });

let usesBegun = 0;

export interface ClusterUse {
  /** Takes this use back. True when nobody else is left. */
  end(): boolean;
}

export function beginUse(folder: string): ClusterUse {
  usesBegun += 1;
  const file = path.join(folder, `${process.pid}-${usesBegun}.json`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, JSON.stringify(ownIdentity()));
  return {
    end() {
      rmSync(file, { force: true });
      return countUsers(folder) === 0;
    },
  };
}

/** The number of living uses; what the dead left is cleared away. */
export function countUsers(folder: string): number {
  if (!existsSync(folder)) return 0;
  let alive = 0;
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    if (isInUse(file)) alive += 1;
    else rmSync(file, { force: true });
  }
  return alive;
}

function isInUse(file: string): boolean {
  try {
    return isAlive(Identity.parse(JSON.parse(readFileSync(file, 'utf8'))));
  } catch {
    return false;
  }
}
