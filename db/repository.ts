import type { Database } from './client.ts';
import { databaseError } from './database-error.ts';

type Methods = Record<string, (...input: never[]) => Promise<unknown>>;

/** Wraps every method of a repository, so that a failing database is told as an `AppError`. */
export function defineRepository<Repository extends object>(
  database: Database,
  repository: Repository & { [Name in keyof Repository]: Methods[string] },
): Repository {
  const wrapped = Object.entries<Methods[string]>(repository).map(([name, method]) => [
    name,
    async (...input: never[]) => {
      try {
        return await method(...input);
      } catch (thrown) {
        throw databaseError(thrown, database.url);
      }
    },
  ]);
  return Object.fromEntries(wrapped) as Repository;
}
