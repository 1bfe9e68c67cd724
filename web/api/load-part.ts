/** Parts of the pages' code come when they are first shown, and the server may be away just then. */
import { backOffMs } from './event-stream.ts';

/** Refusals after which a server that is there no longer has the part: another Vigil has taken its place. */
const REFUSALS = 3;

interface Surroundings {
  readonly isThere: () => boolean;
  readonly wait: (delayMs: number) => Promise<void>;
}

/** Tries until the part is there: React would keep the first failure for ever and take the page down with it. */
export async function loadPart<Part>(
  load: () => Promise<Part>,
  { isThere, wait }: Surroundings,
): Promise<Part> {
  for (let refusals = 0, tries = 0; ; tries += 1) {
    try {
      return await load();
    } catch (error) {
      if (isThere()) refusals += 1;
      if (refusals >= REFUSALS) throw error;
      await wait(backOffMs(tries));
    }
  }
}
