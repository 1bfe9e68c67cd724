import { describe, expect, test } from 'vitest';
import { loadPart } from '../../../web/api/load-part.ts';

/** A server that refuses or is away for some tries. */
function surroundings({ isThere }: { isThere: boolean }) {
  const waits: number[] = [];
  return { waits, isThere: () => isThere, wait: async (delayMs: number) => void waits.push(delayMs) };
}

const failing = (failures: number) => {
  let tries = 0;
  return async () => {
    tries += 1;
    if (tries <= failures) throw new Error(`try ${tries}`);
    return 'the part';
  };
};

describe('a part of the pages’ code', () => {
  test('is asked for until the server that was away is back', async () => {
    const around = surroundings({ isThere: false });
    await expect(loadPart(failing(6), around)).resolves.toBe('the part');
    expect(around.waits).toEqual([500, 1_000, 2_000, 4_000, 5_000, 5_000]);
  });

  test('is given up when a server that is there refuses it again and again', async () => {
    const around = surroundings({ isThere: true });
    await expect(loadPart(failing(2), around)).resolves.toBe('the part');
    await expect(loadPart(failing(3), around)).rejects.toThrow('try 3');
  });
});
