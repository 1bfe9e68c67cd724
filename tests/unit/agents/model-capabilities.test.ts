import { describe, expect, it } from 'vitest';
import { capabilitiesOf, costUsdOf, priceOf } from '#agents/model-capabilities.ts';

const LOCAL = 'http://127.0.0.1:8080/v1';

describe('what a model takes', () => {
  it.each([
    ['gpt-4.1-mini', null, 'openai', 'json_schema', 'max_completion_tokens'],
    ['gpt-4.1-mini', 'https://eu.api.openai.com/v1', 'openai', 'json_schema', 'max_completion_tokens'],
    ['deepseek-v4-pro', 'https://api.deepseek.com/v1', 'deepseek', 'json_object', 'max_tokens'],
    [
      'qwen-plus',
      'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
      'qwen',
      'function_call',
      'max_tokens',
    ],
    ['deepseek/deepseek-v4-pro', 'https://openrouter.ai/api/v1', 'openrouter', 'json_object', 'max_tokens'],
    ['openai/gpt-4.1', 'https://openrouter.ai/api/v1', 'openrouter', 'json_schema', 'max_tokens'],
    ['llama3.3', 'http://localhost:11434/v1', 'ollama', 'json_schema', 'max_tokens'],
    ['deepseek-r1:14b', 'http://localhost:11434/v1', 'ollama', 'json_schema', 'max_tokens'],
    ['meta-llama/Llama-3.3-70B', 'http://gpu.lan:8000/v1', 'vllm', 'json_schema', 'max_tokens'],
    ['anything', 'https://models.example/v1', 'unknown', 'json_schema', 'max_tokens'],
    ['gpt-4.1', 'https://openai.com.evil.example/v1', 'unknown', 'json_schema', 'max_tokens'],
  ] as const)('%s at %s', (model, baseUrl, provider, firstRung, outputLimit) => {
    const { rungs, ...taken } = capabilitiesOf(model, baseUrl);
    expect({ ...taken, firstRung: rungs[0] }).toMatchObject({ provider, firstRung, outputLimit });
    expect(rungs.at(-1)).toBe('plain');
  });

  it('leaves out the rungs that are refused', () => {
    expect(capabilitiesOf('deepseek-v4-flash', 'https://api.deepseek.com').rungs).toEqual([
      'json_object',
      'plain',
    ]);
    expect(capabilitiesOf('llama3.3', 'http://127.0.0.1:11434/v1').rungs).not.toContain('function_call');
  });

  it.each([
    ['gpt-5-mini', false],
    ['o4-mini', false],
    ['openai/gpt-5.2', false],
    ['gpt-5.2-chat-latest', true],
    ['gpt-4.1', true],
    ['olmo-2', true],
  ])('%s takes a temperature: %s', (model, takesTemperature) => {
    expect(capabilitiesOf(model, LOCAL).takesTemperature).toBe(takesTemperature);
  });
});

describe('what a model costs and knows', () => {
  it('is read from the table at its maker’s end point, with the page and the date', () => {
    expect(capabilitiesOf('gpt-4.1-mini-2025-04-14', null)).toMatchObject({
      price: {
        inputUsdPerMillion: 0.4,
        cachedInputUsdPerMillion: 0.1,
        outputUsdPerMillion: 1.6,
        page: expect.stringContaining('openai.com'),
        readOn: expect.stringMatching(/^2026-/),
      },
      knowledgeCutoffMs: Date.parse('2024-06-01T00:00:00Z'),
      contextTokens: 1_047_576,
    });
  });

  it.each([
    ['gpt-4.1-mini', LOCAL, 'a server of one’s own'],
    ['openai/gpt-4.1-mini', 'https://openrouter.ai/api/v1', 'a gateway'],
    ['qwen-plus', 'https://dashscope.aliyuncs.com/compatible-mode/v1', 'an end point that bills in yuan'],
    ['gpt-9', null, 'a model nobody has read of'],
  ])('has no price for %s at %s, %s', (model, baseUrl, _why) => {
    expect(capabilitiesOf(model, baseUrl).price).toBeNull();
  });

  it('knows the cut-off wherever the same model is asked', () => {
    expect(capabilitiesOf('openai/gpt-4o', 'https://openrouter.ai/api/v1').knowledgeCutoffMs).toBe(
      Date.parse('2023-10-01T00:00:00Z'),
    );
  });

  it('counts a price that a person set before the table', () => {
    const set = { inputUsdPerMillion: 7, outputUsdPerMillion: 8 };
    expect(priceOf('gpt-4.1', null, set)).toEqual({ ...set, cachedInputUsdPerMillion: null });
    expect(priceOf('gpt-4.1', null, null)).toMatchObject({ inputUsdPerMillion: 2 });
    expect(priceOf('llama', LOCAL, null)).toBeNull();
  });
});

describe('the cost of a call', () => {
  const price = { inputUsdPerMillion: 2, cachedInputUsdPerMillion: 0.5, outputUsdPerMillion: 10 };
  const used = { inputTokens: 1_000, cachedInputTokens: 400, outputTokens: 100 };

  it('counts cached input at its own price', () => {
    expect(costUsdOf(price, used)).toBeCloseTo((600 * 2 + 400 * 0.5 + 100 * 10) / 1e6, 12);
  });
  it('counts cached input in full where its price is unknown, or nobody tells how much was cached', () => {
    const full = (1_000 * 2 + 100 * 10) / 1e6;
    expect(costUsdOf({ ...price, cachedInputUsdPerMillion: null }, used)).toBeCloseTo(full, 12);
    expect(costUsdOf(price, { ...used, cachedInputTokens: null })).toBeCloseTo(full, 12);
  });
  it('never lets a provider that tells more cached than read make a call cheaper than free', () => {
    expect(costUsdOf(price, { ...used, cachedInputTokens: 5_000 })).toBeCloseTo(
      (1_000 * 0.5 + 1_000) / 1e6,
      12,
    );
  });
  it.each([
    ['the price', null, used],
    ['the input', price, { ...used, inputTokens: null }],
    ['the output', price, { ...used, outputTokens: null }],
  ])('is unknown, not zero, where %s is unknown', (_name, known, tokens) => {
    expect(costUsdOf(known, tokens)).toBeNull();
  });
});
