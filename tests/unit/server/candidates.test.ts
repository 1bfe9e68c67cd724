import { expect, it } from 'vitest';
import type { MarketSymbol } from '#domain/symbol.ts';
import { MINUTE_MS } from '#domain/time.ts';
import { openCandidates, withCandidates } from '#server/engine/candidates.ts';

const [BTC, ETH, SOL] = ['BTC', 'ETH', 'SOL'].map((base) => `${base}/USDT:USDT`) as [
  MarketSymbol,
  MarketSymbol,
  MarketSymbol,
];

/** Answers in the order they are given; an error is thrown. */
function scripted(...answers: (readonly MarketSymbol[] | Error)[]) {
  const clock = { atMs: 0, nowMs: () => clock.atMs };
  const failures: unknown[] = [];
  const asked: number[] = [];
  const read = async () => {
    asked.push(clock.atMs);
    const answer = answers[Math.min(asked.length, answers.length) - 1]!;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const onFailure = (thrown: unknown) => void failures.push(thrown);
  const isFatal = (thrown: unknown) => thrown instanceof RangeError;
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return { clock, failures, asked, settled, open: () => openCandidates({ read, clock, onFailure, isFatal }) };
}

it('answers with the last reading, and reads anew in the background after a quarter of an hour', async () => {
  const { clock, asked, settled, open } = scripted([BTC], [ETH]);
  const candidates = await open();
  clock.atMs = 15 * MINUTE_MS - 1;
  expect(candidates.current()).toEqual([BTC]);
  expect(asked).toEqual([0]);
  clock.atMs += 1;
  expect([candidates.current(), candidates.current()]).toEqual([[BTC], [BTC]]);
  await settled();
  expect(candidates.current()).toEqual([ETH]);
  expect(asked).toEqual([0, 15 * MINUTE_MS]);
});

it('keeps the last reading when the next one fails, tells of it, and does not ask again at once', async () => {
  const down = new Error('down');
  const { clock, asked, failures, settled, open } = scripted([BTC], down, [SOL]);
  const candidates = await open();
  clock.atMs = 15 * MINUTE_MS;
  candidates.current();
  await settled();
  expect(candidates.current()).toEqual([BTC]);
  expect(failures).toEqual([down]);
  clock.atMs = 30 * MINUTE_MS;
  candidates.current();
  await settled();
  expect(candidates.current()).toEqual([SOL]);
  expect(asked).toHaveLength(3);
});

it('begins without candidates where the first reading fails', async () => {
  const { failures, open } = scripted(new Error('down'));
  expect((await open()).current()).toEqual([]);
  expect(failures).toHaveLength(1);
});

it('does not begin when the failure is one that will not pass', async () => {
  await expect(scripted(new RangeError('never')).open()).rejects.toThrow('never');
});

it('joins candidates to symbols, each once', async () => {
  const { open } = scripted([ETH, SOL]);
  expect(withCandidates([BTC, ETH], await open())).toEqual([BTC, ETH, SOL]);
});
