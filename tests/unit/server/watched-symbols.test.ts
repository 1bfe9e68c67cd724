import { describe, expect, it } from 'vitest';
import { watchingPegs } from '#server/engine/watched-symbols.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';

const [BTC, PEG] = ['BTC/USDT:USDT', 'USDC/USDT:USDT'];

/** A watch over a market that answers as it is told, what it looked at and what was said. */
function openWatch(watchOnly?: () => Promise<readonly string[]>) {
  const looks: (readonly string[])[] = [];
  const said: string[] = [];
  const logger = { ...SILENT_LOGGER, info: (_fields: object, words: string) => void said.push(words) };
  const own = {
    async look(symbols: readonly string[]) {
      looks.push(symbols);
    },
    close: () => 'closed',
  };
  const market = watchOnly === undefined ? {} : { watchOnly };
  return { looks, said, watch: watchingPegs(own, { market, logger }) };
}

describe('a watch over pegs', () => {
  it('looks at the pairs of the market beside what it is asked to, once each, and says so once', async () => {
    const { watch, looks, said } = openWatch(async () => [PEG]);
    await watch.look([BTC]);
    await watch.look([BTC, PEG]);
    expect(looks).toEqual([
      [BTC, PEG],
      [BTC, PEG],
    ]);
    expect(said).toEqual(['the breaker watches pegs']);
    expect(watch.close()).toBe('closed');
  });

  it.each([
    ['knows of none', undefined],
    ['lists none', async () => []],
  ])(
    'looks at nothing more where the market %s, and says that no peg is watched',
    async (_what, watchOnly) => {
      const { watch, looks, said } = openWatch(watchOnly);
      await watch.look([BTC]);
      expect(looks).toEqual([[BTC]]);
      expect(said).toEqual(['this market has no pegged pair, so no peg is watched beside it']);
    },
  );

  it('asks again after a market that was away, which keeps it from nothing meanwhile', async () => {
    let isAway = true;
    const { watch, looks } = openWatch(async () => {
      if (isAway) throw new Error('away');
      return [PEG];
    });
    await watch.look([BTC]);
    isAway = false;
    await watch.look([BTC]);
    expect(looks).toEqual([[BTC], [BTC, PEG]]);
  });
});
