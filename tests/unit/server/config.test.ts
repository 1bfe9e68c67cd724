import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors.ts';
import { type ConfigProblem, envExample, readConfig, secretsOf } from '#server/config.ts';
import { VARIABLE_NAMES } from '#server/config-variables.ts';
import { DEFAULT_LIMITS } from '#tools/risk/limits.ts';

function refusal(env: Record<string, string>): AppError {
  try {
    readConfig(env);
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown;
    throw thrown;
  }
  throw new Error('the environment was accepted');
}

function problemsOf(env: Record<string, string>): Record<string, string> {
  const problems = refusal(env).context.problems as ConfigProblem[];
  return Object.fromEntries(problems.map(({ variable, allowed }) => [variable, allowed]));
}

describe('an environment', () => {
  it('may be empty: paper, the generator, the embedded database, loopback', () => {
    expect(readConfig({})).toMatchObject({
      homeDir: '.vigil',
      databaseUrl: null,
      redisUrl: null,
      http: { host: '127.0.0.1', port: 3_000, apiKey: null },
      mode: 'paper',
      market: { source: 'replay', dataPath: null, fromMs: null, speed: 60, symbols: null },
      cycleIntervalMs: 15_000,
    });
  });

  it('counts an empty variable as absent', () => {
    expect(readConfig({ PORT: '', API_KEY: '  ', VIGIL_DATA: '' })).toEqual(readConfig({}));
  });

  it('reads symbols as people type them, once each', () => {
    expect(readConfig({ VIGIL_SYMBOLS: 'btc, ETHUSDT,BTC/USDT' }).market.symbols).toEqual([
      'BTC/USDT:USDT',
      'ETH/USDT:USDT',
    ]);
  });

  it.each([
    ['2025-04-07', Date.UTC(2025, 3, 7)],
    ['2025-04-07T12:00', Date.UTC(2025, 3, 7, 12)],
    ['2025-04-07T12:00:00Z', Date.UTC(2025, 3, 7, 12)],
    ['1744027200000', 1_744_027_200_000],
  ])('reads the market time %s as UTC, whatever the machine’s zone', (text, atMs) => {
    expect(readConfig({ VIGIL_FROM: text }).market.fromMs).toBe(atMs);
  });

  it('waits longer between cycles on a venue than in a replay', () => {
    expect(readConfig({ VIGIL_MARKET: 'binanceusdm' }).cycleIntervalMs).toBe(180_000);
    expect(readConfig({ VIGIL_MARKET: 'binanceusdm', CYCLE_INTERVAL_MS: '60000' }).cycleIntervalMs).toBe(
      60_000,
    );
  });

  it('keeps the traces of holds for 14 days, or for as many as asked but never for ever', () => {
    expect(readConfig({}).keepHeldDays).toBe(14);
    expect(readConfig({ VIGIL_KEEP_HELD_DAYS: '30' }).keepHeldDays).toBe(30);
    for (const days of ['0', '1.5', '-1', '3651', 'ever'])
      expect(refusal({ VIGIL_KEEP_HELD_DAYS: days }).message).toContain(
        `VIGIL_KEEP_HELD_DAYS=${days} must be a whole number from 1 to 3650`,
      );
  });

  it('has the limits of the code where none are set, and tighter ones where they are', () => {
    expect(readConfig({}).limits).toEqual(DEFAULT_LIMITS);
    const { limits } = readConfig({
      VIGIL_TRADING_HOURS: 'Mon 08:00-09:30',
      VIGIL_WHITELIST: 'btc,eth',
      VIGIL_MAX_POSITIONS: '1',
      VIGIL_RISK_PER_TRADE: '0.005',
      VIGIL_MAX_LEVERAGE_ALT: '3',
      VIGIL_MAX_ORDER_USD: '500',
      VIGIL_DAILY_LOSS_WARN: '0.01',
      VIGIL_LOSS_STREAK: '2',
      VIGIL_STOP_COOLDOWN_MS: '7200000',
    });
    expect(limits).toEqual({
      ...DEFAULT_LIMITS,
      tradingHours: [{ fromMinute: 480, toMinute: 570 }],
      symbolWhitelist: ['BTC/USDT:USDT', 'ETH/USDT:USDT'],
      maxOpenPositions: 1,
      riskPerTradeFraction: 0.005,
      leverage: { major: 10, alt: 3 },
      maxOrderQuote: 500,
      dailyLoss: { ...DEFAULT_LIMITS.dailyLoss, warnFraction: 0.01 },
      protections: {
        ...DEFAULT_LIMITS.protections,
        lossStreak: { ...DEFAULT_LIMITS.protections.lossStreak, losses: 2 },
        stopCooldownMs: 7_200_000,
      },
    });
  });

  it('lets no limit past its ceiling, tells all that are and what is allowed', () => {
    const error = refusal({
      VIGIL_TRADING_HOURS: 'office hours',
      VIGIL_MAX_POSITIONS: '11',
      VIGIL_RISK_PER_TRADE: '0.03',
      VIGIL_MIN_REWARD_TO_RISK: '1.5',
      VIGIL_MAX_LEVERAGE_MAJOR: '51',
      VIGIL_MARGIN_USE: 'all',
      VIGIL_MIN_ORDER_USD: '0',
      VIGIL_STOP_COOLDOWN_MS: '1',
    });
    expect(error.message.split('\n').slice(1)).toEqual([
      '  VIGIL_TRADING_HOURS=office hours must be hours in UTC such as Mon-Fri 08:00-20:00, Sat 10:00-14:00',
      '  VIGIL_MAX_POSITIONS=11 must be a whole number from 0 up to 10',
      '  VIGIL_RISK_PER_TRADE=0.03 must be a number over 0 up to 0.02',
      '  VIGIL_MIN_REWARD_TO_RISK=1.5 must be a number from 2',
      '  VIGIL_MAX_LEVERAGE_MAJOR=51 must be a number from 1 up to 50',
      '  VIGIL_MARGIN_USE=all must be a number over 0 up to 0.9',
      '  VIGIL_MIN_ORDER_USD=0 must be a number over 0',
      '  VIGIL_STOP_COOLDOWN_MS=1 must be a whole number from 300000 up to 86400000',
    ]);
  });

  it('tells limits that are each right and not together, at the one that was given', () => {
    expect(
      problemsOf({ VIGIL_DAILY_LOSS_HALT: '0.01', VIGIL_DRAWDOWN_WARN: '0.04', VIGIL_DRAWDOWN_HALT: '0.03' }),
    ).toEqual({
      VIGIL_DAILY_LOSS_HALT: 'must not be under VIGIL_DAILY_LOSS_REDUCE, which is 0.02',
      VIGIL_DRAWDOWN_WARN: 'must not be over VIGIL_DRAWDOWN_HALT, which is 0.03',
    });
    expect(problemsOf({ VIGIL_MIN_ORDER_USD: '20', VIGIL_MAX_ORDER_USD: '10' })).toEqual({
      VIGIL_MIN_ORDER_USD: 'must not be over VIGIL_MAX_ORDER_USD, which is 10',
    });
  });

  it('tells every problem at once, each with its variable and what is allowed', () => {
    const error = refusal({
      PORT: '99999',
      VIGIL_SPEED: 'fast',
      LOG_LEVEL: 'loud',
      EXCHANGE_SANDBOX: 'maybe',
    });
    expect(error.code).toBe('config_invalid');
    expect(error.message.split('\n')).toEqual([
      'the environment is not usable:',
      '  PORT=99999 must be a whole number from 0 to 65535',
      '  LOG_LEVEL=loud must be one of fatal, error, warn, info, debug, trace, silent',
      '  VIGIL_SPEED=fast must be a number from 0.01 to 1000000',
      '  EXCHANGE_SANDBOX=maybe must be true or false',
    ]);
  });

  it('never repeats the value of a secret', () => {
    const error = refusal({
      API_KEY: 'hunter2',
      DATABASE_URL: 'mysql://root:hunter2@db',
      OPENAI_API_KEY: 'hunter2 hunter2',
      PORT: 'x',
    });
    expect(error.message).toContain('API_KEY=(hidden)');
    expect(JSON.stringify([error.message, error.context])).not.toContain('hunter2');
  });

  it.each([
    ['foo', 'OPENAI_BASE_URL=foo must be a URL'],
    ['localhost:11434/v1', 'OPENAI_BASE_URL=localhost:11434/v1 must be'],
    [
      'ftp://me:hunter2@models.example/v1?key=hunter2#hunter2',
      'OPENAI_BASE_URL=ftp://models.example/v1 must be',
    ],
    ['me:hunter2@models.example', 'OPENAI_BASE_URL=models.example must be'],
    ['ftp://me:what?hunter2@models.example', 'OPENAI_BASE_URL=ftp://(hidden) must be'],
    ['ftp://models.example?mail=me@hunter2', 'OPENAI_BASE_URL=ftp://(hidden) must be'],
    ['sk-hunter2hunter2', 'OPENAI_BASE_URL=[redacted] must be'],
  ])('shows the base URL %s without what may be secret in it', (url, words) => {
    const error = refusal({ OPENAI_BASE_URL: url });
    expect(error.message).toContain(words);
    expect(JSON.stringify([error.message, error.context])).not.toContain('hunter2');
  });

  it.each([
    ['OPENAI_BASE_URL', 'OPENAI_API_KEY'],
    ['LLM_FALLBACK_BASE_URL', 'LLM_FALLBACK_API_KEY'],
  ])('refuses a user or a password in %s, which no call would get past', (name, key) => {
    for (const user of ['me:hunter2@', ':hunter2@', 'hunter2@']) {
      const error = refusal({ [name]: `https://${user}models.example/v1`, LLM_FALLBACK_MODEL: 'second' });
      expect(error.message).toContain(`${name}=https://models.example/v1 names a user or a password`);
      expect(error.message).toContain(`put the key in ${key}`);
      expect(JSON.stringify([error.message, error.context])).not.toContain('hunter2');
    }
  });

  it.each(['0.0.0.0', '192.168.1.7', '::', 'desk.example', '127.0.0.1.example'])(
    'needs an API key to listen on %s',
    (host) => {
      expect(problemsOf({ HOST: host })).toHaveProperty('API_KEY');
      expect(readConfig({ HOST: host, API_KEY: 'a-long-enough-key' }).http.host).toBe(host);
    },
  );

  it.each(['127.0.0.1', 'localhost', '::1', '127.1.2.3'])('needs none on %s', (host) => {
    expect(readConfig({ HOST: host }).http.apiKey).toBeNull();
  });

  it('asks for the acknowledgement, the keys and a venue before it trades live', () => {
    expect(Object.keys(problemsOf({ VIGIL_MODE: 'live' }))).toEqual([
      'VIGIL_LIVE_ACK',
      'EXCHANGE_API_KEY',
      'EXCHANGE_SECRET',
      'VIGIL_MARKET',
    ]);
    const live = {
      VIGIL_MODE: 'live',
      VIGIL_LIVE_ACK: 'real-money',
      VIGIL_MARKET: 'binanceusdm',
      EXCHANGE_API_KEY: 'key-of-venue',
      EXCHANGE_SECRET: 'secret-of-venue',
    };
    expect(readConfig(live).mode).toBe('live');
    expect(problemsOf({ ...live, VIGIL_LIVE_ACK: 'yes' })).toHaveProperty('VIGIL_LIVE_ACK');
  });

  it('listens to what a venue pushes unless it is told not to', () => {
    expect(readConfig({}).market.streams).toBe(true);
    expect(readConfig({ VIGIL_STREAMS: 'false' }).market.streams).toBe(false);
    expect(problemsOf({ VIGIL_STREAMS: 'maybe' })).toEqual({ VIGIL_STREAMS: 'must be true or false' });
  });

  it('takes no candidates of a venue, and 15 million of open interest for the least, unless asked otherwise', () => {
    const { pools, minOpenInterestQuote } = readConfig({}).market;
    expect({ pools, minOpenInterestQuote }).toEqual({
      pools: { movers: 0, openInterest: 0 },
      minOpenInterestQuote: 15_000_000,
    });
    const venue = { VIGIL_MARKET: 'binanceusdm' };
    const asked = { VIGIL_POOL_MOVERS: '3', VIGIL_POOL_OPEN_INTEREST: '5', VIGIL_MIN_OPEN_INTEREST_USD: '0' };
    expect(readConfig({ ...venue, ...asked }).market).toMatchObject({
      pools: { movers: 3, openInterest: 5 },
      minOpenInterestQuote: null,
    });
    expect(problemsOf({ ...venue, VIGIL_POOL_MOVERS: '21', VIGIL_MIN_OPEN_INTEREST_USD: '-1' })).toEqual({
      VIGIL_POOL_MOVERS: 'must be a whole number from 0 to 20',
      VIGIL_MIN_OPEN_INTEREST_USD: 'must be a number from 0 to 1000000000000',
    });
    expect(problemsOf({ VIGIL_POOL_MOVERS: '1' }).VIGIL_POOL_MOVERS).toContain('needs VIGIL_MARKET');
  });

  it('refuses an unknown variable of ours and names the nearest known one', () => {
    expect(problemsOf({ VIGIL_SIMBOLS: 'BTC' }).VIGIL_SIMBOLS).toContain('did you mean VIGIL_SYMBOLS?');
    expect(problemsOf({ VIGIL_SEDE: '8' }).VIGIL_SEDE).toContain('did you mean VIGIL_SEED?');
    expect(problemsOf({ VIGIL_COFFEE_MACHINE: '1' }).VIGIL_COFFEE_MACHINE).toBe('is not a variable of Vigil');
  });

  it('leaves other programs’ variables and those of the test suite alone', () => {
    expect(readConfig({ PATH: '/bin', PORTS: '1', VIGIL_TEST_POSTGRES: 'x' })).toEqual(readConfig({}));
  });
});

it.each(['VIGIL_HOME', 'VIGIL_DATA'])('refuses a tilde in %s, which nothing would read', (name) => {
  expect(problemsOf({ [name]: '~/vigil' })[name]).toMatch(
    /leading ~ is not read here: write \/.+ in its place/,
  );
  expect(() => readConfig({ [name]: '/home/~me/vigil' })).not.toThrow();
});

describe('the example file', () => {
  it('tells every variable with its default and sets none', () => {
    const lines = envExample().split('\n');
    for (const name of VARIABLE_NAMES) expect(lines.some((line) => line.startsWith(`# ${name}=`))).toBe(true);
    expect(lines).toContain('# PORT=3000');
    expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
  });

  it('means the defaults when it is uncommented', () => {
    const env = Object.fromEntries(
      [...envExample().matchAll(/^# ([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [
        name as string,
        value as string,
      ]),
    );
    expect(readConfig(env)).toEqual(readConfig({}));
  });
});

it('lists the secrets a log must never show', () => {
  const config = readConfig({ API_KEY: 'a-long-enough-key', OPENAI_API_KEY: 'sk-model' });
  expect(secretsOf(config)).toEqual(['a-long-enough-key', 'sk-model']);
});
