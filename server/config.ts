/** The one reader of the environment. Everything that is wrong with it is told at once, by variable. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { AppError } from '#domain/errors.ts';
import type { TradingVenueMode } from '#domain/run.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { EpochMs } from '#domain/time.ts';
import type { BreakerThresholds } from '#tools/breaker/assess-breaker.ts';
import type { MarketLimits } from '#tools/breaker/market-limits.ts';
import type { RiskLimits } from '#tools/risk/limits.ts';
import { type AccessConfig, accessOf, disorderedAccess } from './config-access.ts';
import { breakerOf } from './config-breaker.ts';
import { withoutCredentials } from './config-fields.ts';
import { disorderedLimits, limitsOf } from './config-limits.ts';
import {
  type ApprovalConfig,
  approvalOf,
  disorderedModels,
  type LlmConfig,
  modelsOf,
} from './config-model.ts';
import {
  aboutVariable,
  Environment,
  type LOG_LEVELS,
  VARIABLE_NAMES,
  type VariableName,
} from './config-variables.ts';
import { nearestName } from './nearest-name.ts';

export interface Config {
  /** Folder of the embedded database and of everything else that is kept. */
  readonly homeDir: string;
  /** Null: the embedded Postgres. */
  readonly databaseUrl: string | null;
  /** Null: the queue lives in Postgres. */
  readonly redisUrl: string | null;
  /** How long the trace of a cycle that did nothing is kept. */
  readonly keepHeldDays: number;
  /** Whether a worker has a new Q-table trained when one is due. */
  readonly retrains: boolean;
  readonly http: AccessConfig & { readonly host: string; readonly port: number };
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly mode: TradingVenueMode;
  /** Without the minimum of open interest, which depends on what the market tells. */
  readonly limits: RiskLimits;
  readonly breaker: {
    readonly limits: MarketLimits;
    /** What a cycle holds its own bars against. */
    readonly thresholds: BreakerThresholds;
  };
  readonly market: MarketConfig;
  /** What the desk trades by: one of `DESK_STRATEGIES`. */
  readonly strategy: string;
  /** Wall time between the cycles of a new desk. */
  readonly cycleIntervalMs: number;
  readonly exchange: ExchangeConfig;
  readonly llm: LlmConfig;
  /** Whether a person is asked before something opens. */
  readonly approval: ApprovalConfig;
}

export interface MarketConfig {
  /** `replay` or a ccxt id. */
  readonly source: string;
  readonly dataPath: string | null;
  readonly dataVenue: string | null;
  readonly fromMs: EpochMs | null;
  /** Market seconds for one wall second in replay. */
  readonly speed: number;
  readonly seed: number;
  /** Null: the default pool as far as the market offers it. */
  readonly symbols: readonly MarketSymbol[] | null;
  /** How many candidates of a venue join the symbols. */
  readonly pools: { readonly movers: number; readonly openInterest: number };
  /** What a venue's symbol needs to be opened in; null asks for nothing. */
  readonly minOpenInterestQuote: number | null;
  /** Whether what a venue pushes is listened to; everything is there by REST too. */
  readonly streams: boolean;
}

export interface ExchangeConfig {
  readonly apiKey: string | null;
  readonly secret: string | null;
  readonly password: string | null;
  readonly sandbox: boolean;
  readonly baseUrl: string | null;
  /** A venue never tried for real that a person has asked to trade on for real. */
  readonly untriedVenue: string | null;
}

export type EnvironmentText = Readonly<Record<string, string | undefined>>;

export interface ConfigProblem {
  readonly variable: string;
  /** As it was given, without what is secret in it; an absent one's null. */
  readonly value: string | null;
  readonly allowed: string;
}

/** Variables of the test suite; never read by the product. */
const TEST_PREFIX = 'VIGIL_TEST_';

/**
 * Reads and checks the whole environment. An empty variable counts as absent.
 * @throws AppError `config_invalid` whose message has one line for each problem, in `context.problems` as values too
 */
export function readConfig(env: EnvironmentText = process.env): Config {
  const given = presentVariables(env);
  const parsed = Environment.safeParse(given);
  const problems = [...unknownVariables(env)];
  if (!parsed.success)
    for (const issue of parsed.error.issues)
      problems.push(problem(given, issue.path[0] as VariableName, issue.message));
  problems.push(...crossProblems(given));
  if (problems.length > 0) throw configInvalid(problems);
  return configOf(Environment.parse(given));
}

/** The process's environment over that of a `.env` file in `folder`, where there is one. */
export function loadEnvironment(folder: string): EnvironmentText {
  try {
    return { ...parseEnv(readFileSync(join(folder, '.env'), 'utf8')), ...process.env };
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return process.env;
    throw new AppError(
      'config_invalid',
      `.env in ${folder} cannot be read: make it a readable file or remove it`,
      {
        cause: thrown,
      },
    );
  }
}

/** The values that must never be printed or stored. Not the PIN, which is hidden by its name: docs/decisions/0035. */
export function secretsOf(config: Config): readonly string[] {
  const { http, exchange, llm } = config;
  const keys = [http.apiKey, http.readKey, exchange.apiKey, exchange.secret, exchange.password, llm.apiKey];
  const passwords = [config.databaseUrl, config.redisUrl].flatMap(passwordsIn);
  return [...keys, llm.fallback?.apiKey ?? null, ...passwords].filter((value) => value !== null);
}

/** As it is written in a URL and as it is meant. A short one may be any word, and would be hidden in all of them. */
function passwordsIn(url: string | null): string[] {
  const password = url !== null && URL.canParse(url) ? new URL(url).password : '';
  return password.length < 8 ? [] : [...new Set([password, decodeURIComponent(password)])];
}

/** The text of `.env.example`: every variable with its meaning and default, nothing set. */
export function envExample(): string {
  const lines = ['# All of these are optional. Copy to .env and uncomment what you want to change.'];
  let section = '';
  for (const name of VARIABLE_NAMES) {
    const about = aboutVariable(name);
    if (about.section !== section) lines.push('', `# ${about.section}`);
    section = about.section;
    lines.push(`# ${about.description}`, `# ${name}=${about.fallback ?? ''}`);
  }
  return `${lines.join('\n')}\n`;
}

function presentVariables(env: EnvironmentText): Partial<Record<VariableName, string>> {
  const present: Partial<Record<VariableName, string>> = {};
  for (const name of VARIABLE_NAMES) if (env[name]?.trim()) present[name] = env[name];
  return present;
}

function* unknownVariables(env: EnvironmentText): Generator<ConfigProblem> {
  for (const name of Object.keys(env)) {
    if (!name.startsWith('VIGIL_') || name.startsWith(TEST_PREFIX)) continue;
    if ((VARIABLE_NAMES as readonly string[]).includes(name)) continue;
    const nearest = nearestName(name, VARIABLE_NAMES);
    yield {
      variable: name,
      value: null,
      allowed: `is not a variable of Vigil${nearest ? `: did you mean ${nearest}?` : ''}`,
    };
  }
}

function* crossProblems(given: Partial<Record<VariableName, string>>): Generator<ConfigProblem> {
  for (const [name, allowed] of disorderedAccess(given)) yield problem(given, name, allowed);
  for (const [name, allowed] of disorderedModels(given)) yield problem(given, name, allowed);
  const isReplay = (given.VIGIL_MARKET?.trim() ?? 'replay') === 'replay';
  for (const pool of ['VIGIL_POOL_MOVERS', 'VIGIL_POOL_OPEN_INTEREST'] as const)
    if (isReplay && Number(given[pool]) > 0)
      yield problem(
        given,
        pool,
        'needs VIGIL_MARKET to name a venue such as binanceusdm: a replay has no pools',
      );
  for (const [name, allowed] of disorderedLimits(given)) yield problem(given, name, allowed);
  if (given.VIGIL_MODE?.trim() !== 'live') return;
  if (given.VIGIL_LIVE_ACK === undefined)
    yield problem(given, 'VIGIL_LIVE_ACK', 'must be real-money when VIGIL_MODE is live');
  for (const key of ['EXCHANGE_API_KEY', 'EXCHANGE_SECRET'] as const)
    if (given[key] === undefined) yield problem(given, key, 'is required when VIGIL_MODE is live');
  if (isReplay)
    yield problem(given, 'VIGIL_MARKET', 'must name a venue such as binanceusdm when VIGIL_MODE is live');
}

function problem(
  given: Partial<Record<VariableName, string>>,
  name: VariableName,
  allowed: string,
): ConfigProblem {
  const value = given[name] ?? null;
  return { variable: name, value: value === null ? null : shown(name, value), allowed };
}

function shown(name: VariableName, value: string): string {
  const { secret = false, mayHoldCredentials = false } = aboutVariable(name);
  if (secret) return '(hidden)';
  return mayHoldCredentials ? withoutCredentials(value) : value;
}

function configInvalid(problems: readonly ConfigProblem[]): AppError {
  const lines = problems.map(
    ({ variable, value, allowed }) => `  ${variable}${value === null ? '' : `=${value}`} ${allowed}`,
  );
  return new AppError('config_invalid', `the environment is not usable:\n${lines.join('\n')}`, {
    context: { problems },
  });
}

function configOf(env: Environment): Config {
  return {
    homeDir: env.VIGIL_HOME,
    databaseUrl: env.DATABASE_URL ?? null,
    redisUrl: env.REDIS_URL ?? null,
    keepHeldDays: env.VIGIL_KEEP_HELD_DAYS,
    retrains: env.VIGIL_RETRAIN,
    http: { host: env.HOST, port: env.PORT, ...accessOf(env) },
    logLevel: env.LOG_LEVEL,
    mode: env.VIGIL_MODE,
    strategy: env.VIGIL_STRATEGY,
    limits: limitsOf(env),
    breaker: breakerOf(env),
    market: {
      source: env.VIGIL_MARKET,
      dataPath: env.VIGIL_DATA ?? null,
      dataVenue: env.VIGIL_DATA_VENUE ?? null,
      fromMs: env.VIGIL_FROM ?? null,
      speed: env.VIGIL_SPEED,
      seed: env.VIGIL_SEED,
      symbols: env.VIGIL_SYMBOLS ?? null,
      pools: { movers: env.VIGIL_POOL_MOVERS, openInterest: env.VIGIL_POOL_OPEN_INTEREST },
      minOpenInterestQuote: env.VIGIL_MIN_OPEN_INTEREST_USD || null,
      streams: env.VIGIL_STREAMS,
    },
    cycleIntervalMs: env.CYCLE_INTERVAL_MS ?? (env.VIGIL_MARKET === 'replay' ? 15_000 : 180_000),
    exchange: {
      apiKey: env.EXCHANGE_API_KEY ?? null,
      secret: env.EXCHANGE_SECRET ?? null,
      password: env.EXCHANGE_PASSWORD ?? null,
      sandbox: env.EXCHANGE_SANDBOX,
      baseUrl: env.EXCHANGE_BASE_URL ?? null,
      untriedVenue: env.VIGIL_UNTRIED_VENUE ?? null,
    },
    llm: modelsOf(env),
    approval: approvalOf(env),
  };
}
