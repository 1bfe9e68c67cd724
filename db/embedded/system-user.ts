/** Postgres refuses to run as root: then it runs as another user, who must be able to reach its files. */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '#domain/errors.ts';

export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Preferred first. Postgres looks its user up, so the id alone would not do. */
const UNPRIVILEGED = ['postgres', 'nobody'];

/** Whom Postgres has to run as; null when the present user will do. @throws AppError `database_unavailable` */
export function postgresUser(passwd = '/etc/passwd'): SystemUser | null {
  if (process.getuid?.() !== 0) return null;
  const users = readUsers(passwd);
  const found = UNPRIVILEGED.map((name) => users.find((user) => user.name === name)).find(Boolean);
  if (found !== undefined) return found;
  throw new AppError(
    'database_unavailable',
    `Postgres refuses to run as root and there is no user ${UNPRIVILEGED.join(' or ')}: run as another user, or set DATABASE_URL`,
  );
}

/** Who owns a cluster goes on owning it, though a better user may have appeared since. */
export function ownerOf(folder: string, otherwise: SystemUser): SystemUser {
  const { uid, gid } = statSync(folder);
  return uid === otherwise.uid || uid === 0 ? otherwise : { name: `uid ${uid}`, uid, gid };
}

/** Whether the user may pass every folder down to `target`, and `target` itself. */
export function canReach(user: SystemUser, target: string): boolean {
  for (let at = path.resolve(target); ; at = path.dirname(at)) {
    const stat = statSync(at, { throwIfNoEntry: false });
    if (stat !== undefined && !mayPass(user, stat)) return false;
    if (at === path.dirname(at)) return true;
  }
}

function mayPass(user: SystemUser, stat: { uid: number; gid: number; mode: number }): boolean {
  if (stat.uid === user.uid) return (stat.mode & 0o100) !== 0;
  if (stat.gid === user.gid) return (stat.mode & 0o010) !== 0;
  return (stat.mode & 0o001) !== 0;
}

function readUsers(passwd: string): SystemUser[] {
  try {
    return readFileSync(passwd, 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
  } catch {
    return [];
  }
}
