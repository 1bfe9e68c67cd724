import { describe, expect, it } from 'vitest';
import { usedBy } from '#agents/model-usage.ts';
import { Completion, type WireOutcome } from '#agents/model-wire.ts';

const PRICE = { inputUsdPerMillion: 2, cachedInputUsdPerMillion: 0.5, outputUsdPerMillion: 10 };

function answered(usage: object): WireOutcome {
  const choices = [{ message: { content: '{}' }, finish_reason: 'stop' }];
  return { kind: 'ok', httpStatus: 200, completion: Completion.parse({ choices, usage }) };
}

describe('what a provider tells of its own', () => {
  it('counts where it says what it charged: OpenRouter’s word before any table, nobody else’s', () => {
    const told = answered({ prompt_tokens: 1_000, completion_tokens: 100, cost: 0.0042 });
    expect(usedBy(told, null, 'openrouter', 10).costUsd).toBe(0.0042);
    expect(usedBy(told, PRICE, 'unknown', 10).costUsd).toBeCloseTo(0.003, 12);
    expect(usedBy(told, null, 'unknown', 10).costUsd).toBeNull();
  });

  it('counts input that was read before where it is told in a field of DeepSeek’s own', () => {
    const told = answered({ prompt_tokens: 1_000, completion_tokens: 0, prompt_cache_hit_tokens: 1_000 });
    expect(usedBy(told, PRICE, 'deepseek', 10)).toMatchObject({ cachedInputTokens: 1_000, costUsd: 0.0005 });
  });

  it.each([
    ['prompt_tokens', 'inputTokens'],
    ['completion_tokens', 'outputTokens'],
    ['prompt_cache_hit_tokens', 'cachedInputTokens'],
    ['prompt_tokens_details.cached_tokens', 'cachedInputTokens'],
    ['completion_tokens_details.reasoning_tokens', 'reasoningTokens'],
  ] as const)('is unknown in %s where no request can use so much', (field, stored) => {
    const [outer = '', inner] = field.split('.');
    for (const count of [10_000_001, 3e9, 9e15]) {
      const told = { prompt_tokens: 1_000, completion_tokens: 100 };
      const used = usedBy(
        answered({ ...told, [outer]: inner ? { [inner]: count } : count }),
        PRICE,
        'openai',
        10,
      );
      expect(used[stored]).toBeNull();
      const isPriced = stored === 'cachedInputTokens' || stored === 'reasoningTokens';
      expect(used.costUsd).toEqual(isPriced ? 0.003 : null);
    }
  });

  it('is unknown where it counts next to nothing for a whole prompt, so that nothing passes as free', () => {
    for (const prompt_tokens of [0, 9]) {
      const used = usedBy(
        answered({ prompt_tokens, completion_tokens: 0, cost: 0 }),
        PRICE,
        'openrouter',
        10_000,
      );
      expect(used).toMatchObject({ inputTokens: null, outputTokens: null, costUsd: null });
    }
    const told = answered({ prompt_tokens: 10, completion_tokens: 0 });
    expect(usedBy(told, PRICE, 'openai', 10_000)).toMatchObject({ inputTokens: 10, costUsd: 20 / 1e6 });
  });

  it('is not believed to have charged more than any request can cost', () => {
    const told = { prompt_tokens: 1_000, completion_tokens: 100, cost: 1_001 };
    expect(usedBy(answered(told), null, 'openrouter', 10).costUsd).toBeNull();
    expect(usedBy(answered({ ...told, cost: 1_000 }), null, 'openrouter', 10).costUsd).toBe(1_000);
  });

  it('is unknown where its details make no sense, and the answer still counts', () => {
    const told = answered({
      ...{ prompt_tokens: 10, completion_tokens: 1, cost: 'much', prompt_cache_hit_tokens: -1 },
      ...{ prompt_tokens_details: 'none', completion_tokens_details: { reasoning_tokens: 1.5 } },
    });
    expect(usedBy(told, PRICE, 'openrouter', 10)).toMatchObject({
      ...{ inputTokens: 10, cachedInputTokens: null, reasoningTokens: null },
      costUsd: 30 / 1e6,
    });
    const senseless = answered({ prompt_tokens: -5, completion_tokens: 'many' });
    expect(usedBy(senseless, PRICE, 'openai', 10)).toMatchObject({ inputTokens: null, costUsd: null });
  });
});
