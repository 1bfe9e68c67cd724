import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors.ts';
import { apiWith, expectProblem } from './http-support.ts';

const KEY = { 'idempotency-key': 'k-1' };
const starts = (api: ReturnType<typeof apiWith>) =>
  api.calls.filter(({ name }) => name === 'startAnalysis').length;

describe('a POST with an Idempotency-Key', () => {
  it('happens once: the same request gets the first answer again', async () => {
    const api = apiWith();
    const first = await api.send('POST', '/api/analyses', { symbols: ['BTC'] }, KEY);
    const again = await api.send('POST', '/api/analyses', { symbols: ['BTC'] }, KEY);
    expect(starts(api)).toBe(1);
    expect(again.status).toBe(202);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect(await again.json()).toEqual(await first.json());
  });

  it('is refused when the key was used with another body or for another route', async () => {
    const api = apiWith();
    await api.send('POST', '/api/analyses', { symbols: ['BTC'] }, KEY);
    await expectProblem(
      await api.send('POST', '/api/analyses', { symbols: ['ETH'] }, KEY),
      'idempotency_mismatch',
    );
    await expectProblem(
      await api.send('POST', '/api/positions/close', { symbols: ['BTC'] }, KEY),
      'idempotency_mismatch',
    );
    expect(starts(api)).toBe(1);
  });

  it('is refused while the first one is still being answered', async () => {
    let finish: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let entered: () => void = () => {};
    const begun = new Promise<void>((resolve) => {
      entered = resolve;
    });
    const api = apiWith({
      startCycle: async () => {
        entered();
        await gate;
        return { runId: 'run_c1' };
      },
    });
    const first = api.send('POST', '/api/desks/desk_1/cycles', {}, KEY);
    await begun;
    const second = await api.send('POST', '/api/desks/desk_1/cycles', {}, KEY);
    expect(second.headers.get('retry-after')).toBe('1');
    const problem = await expectProblem(second, 'conflict');
    expect(problem.detail).toContain('if its process died, the key is free in 120 s');
    finish();
    expect((await first).status).toBe(202);
  });

  it('replays a refusal too, still as a problem', async () => {
    const api = apiWith();
    await expectProblem(
      await api.send('POST', '/api/analyses', { symbols: ['NOPE'] }, KEY),
      'symbol_unknown',
    );
    const again = await api.send('POST', '/api/analyses', { symbols: ['NOPE'] }, KEY);
    expect(again.status).toBe(422);
    expect(again.headers.get('content-type')).toBe('application/problem+json');
  });

  it('frees its key after a failure that may be tried again', async () => {
    let isDown = true;
    const api = apiWith({
      startCycle: async () => {
        if (isDown) throw new AppError('queue_unavailable', 'the queue is away');
        return { runId: 'run_c1' };
      },
    });
    await expectProblem(await api.send('POST', '/api/desks/desk_1/cycles', {}, KEY), 'queue_unavailable');
    isDown = false;
    expect((await api.send('POST', '/api/desks/desk_1/cycles', {}, KEY)).status).toBe(202);
  });

  it('still answers when the answer cannot be stored', async () => {
    const plain = apiWith();
    const api = apiWith({
      idempotency: {
        ...plain.deps.idempotency,
        complete: async () => {
          throw new AppError('database_unavailable', 'away');
        },
      },
    });
    expect((await api.send('POST', '/api/analyses', { symbols: ['BTC'] }, KEY)).status).toBe(202);
    expect(api.logged.some(({ message }) => message === 'idempotent answer not stored')).toBe(true);
  });

  it('is refused for a key that is no key', async () => {
    const { send } = apiWith();
    const headers = { 'idempotency-key': 'x'.repeat(201) };
    await expectProblem(
      await send('POST', '/api/analyses', { symbols: ['BTC'] }, headers),
      'request_invalid',
    );
  });
});
