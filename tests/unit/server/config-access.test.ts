import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors.ts';
import { type ConfigProblem, readConfig, secretsOf } from '#server/config.ts';

function problemsOf(env: Record<string, string>): Record<string, string> {
  try {
    readConfig(env);
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    const problems = thrown.context.problems as ConfigProblem[];
    return Object.fromEntries(problems.map(({ variable, allowed }) => [variable, allowed]));
  }
  throw new Error('the environment was accepted');
}

describe('who may call, by the environment', () => {
  it('takes a second key for reading, a PIN and proxies beside an API key', () => {
    const http = {
      ...{ API_KEY: 'a-long-enough-key', API_READ_KEY: 'another-long-key', VIGIL_PIN: '4839201' },
      VIGIL_TRUSTED_PROXY: '10.0.0.1, ::1',
    };
    expect(readConfig(http).http).toMatchObject({
      ...{ apiKey: 'a-long-enough-key', readKey: 'another-long-key', pin: '4839201' },
      trustedProxies: ['10.0.0.1', '::1'],
    });
    expect(secretsOf(readConfig(http))).toEqual(['a-long-enough-key', 'another-long-key']);
  });

  it.each([
    ['API_READ_KEY', { API_READ_KEY: 'another-long-key' }, 'needs API_KEY'],
    ['VIGIL_PIN', { VIGIL_PIN: '483920' }, 'needs API_KEY'],
    ['API_READ_KEY', { API_KEY: 'a-long-enough-key', API_READ_KEY: 'a-long-enough-key' }, 'must differ'],
    ['VIGIL_PIN', { API_KEY: 'a-long-enough-key', VIGIL_PIN: '12345' }, '6 to 12 digits'],
    ['VIGIL_PIN', { API_KEY: 'a-long-enough-key', VIGIL_PIN: '12345a' }, '6 to 12 digits'],
    ['VIGIL_TRUSTED_PROXY', { VIGIL_TRUSTED_PROXY: '10.0.0.999' }, 'must be IP addresses'],
  ])('refuses %s in %j', (variable, environment, words) => {
    expect(problemsOf(environment)).toHaveProperty(variable, expect.stringContaining(words));
  });

  it('counts the passwords of its servers’ URLs among its secrets', () => {
    const config = readConfig({ DATABASE_URL: 'postgres://vigil:hunter%212-hunter@db/vigil' });
    expect(secretsOf(config)).toEqual(['hunter%212-hunter', 'hunter!2-hunter']);
  });
});
