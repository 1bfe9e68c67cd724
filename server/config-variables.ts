/** Every environment variable Vigil knows: how it is read, what it is for, what it is without it (DESIGN §6). */
import { z } from 'zod';
import { DESK_STRATEGIES, OWN_POINTS } from '#tools/strategies/desk-strategies.ts';
import { ACCESS_VARIABLES } from './config-access.ts';
import { BREAKER_VARIABLES } from './config-breaker.ts';
import {
  aboutOf,
  defaulted,
  instant,
  matching,
  numberBetween,
  oneOf,
  optional,
  pathText,
  symbolList,
  urlOf,
  type VariableAbout,
  wholeNumber,
  yesOrNo,
} from './config-fields.ts';
import { LIMIT_VARIABLES } from './config-limits.ts';
import { MODEL_VARIABLES } from './config-model.ts';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const SECRET_TEXT = matching(/^\S{4,500}$/, 'at least 4 characters without spaces');

export const Environment = z.object({
  VIGIL_HOME: defaulted(pathText('a folder'), {
    section: 'Data',
    description: 'Folder of the embedded database and everything else Vigil keeps.',
    fallback: '.vigil',
  }),
  DATABASE_URL: optional(urlOf(['postgres', 'postgresql']), {
    section: 'Data',
    description: 'Postgres to use. None: an embedded Postgres in VIGIL_HOME.',
    secret: true,
  }),
  REDIS_URL: optional(urlOf(['redis', 'rediss']), {
    section: 'Data',
    description: 'Redis for the queue. None: the queue lives in Postgres.',
    secret: true,
  }),
  VIGIL_KEEP_HELD_DAYS: defaulted(wholeNumber({ min: 1, max: 3_650 }), {
    section: 'Data',
    description:
      'Days for which the traces of cycles that held or were halted are kept; their records, and all of other runs, stay.',
    fallback: '14',
  }),
  VIGIL_RETRAIN: defaulted(yesOrNo(), {
    section: 'Data',
    description:
      'Whether a worker trains a new Q-table, in a process beside it, when what was recorded asks for one. It is stored and never promoted by itself.',
    fallback: 'false',
  }),
  ...ACCESS_VARIABLES,
  PORT: defaulted(wholeNumber({ min: 0, max: 65_535 }), {
    section: 'Web and API',
    description: 'Port of the API and the web view; 0 takes a free one.',
    fallback: '3000',
  }),
  LOG_LEVEL: defaulted(oneOf(LOG_LEVELS), {
    section: 'Web and API',
    description: `How much is logged: ${LOG_LEVELS.join(', ')}.`,
    fallback: 'info',
  }),
  VIGIL_MODE: defaulted(oneOf(['paper', 'live']), {
    section: 'Trading',
    description: 'paper trades with made-up money; live sends real orders and needs VIGIL_LIVE_ACK and keys.',
    fallback: 'paper',
  }),
  VIGIL_STRATEGY: defaulted(oneOf(DESK_STRATEGIES.map(({ name }) => name)), {
    section: 'Trading',
    description: `What the desk trades by: ${DESK_STRATEGIES.map(({ name }) => name).join(', ')}.`,
    fallback: OWN_POINTS,
  }),
  VIGIL_LIVE_ACK: optional(oneOf(['real-money']), {
    section: 'Trading',
    description: 'Must be real-money before VIGIL_MODE=live is obeyed.',
  }),
  ...LIMIT_VARIABLES,
  ...BREAKER_VARIABLES,
  VIGIL_MARKET: defaulted(matching(/^[a-z][a-z0-9]{1,40}$/, 'replay or a ccxt id such as binanceusdm'), {
    section: 'Market',
    description: 'Where prices come from: replay (files or the generator) or a ccxt id such as binanceusdm.',
    fallback: 'replay',
  }),
  VIGIL_DATA: optional(pathText('a file or folder of candle CSVs'), {
    section: 'Market',
    description: 'Folder or file of candle CSVs for the replay. None: the built-in generator.',
  }),
  VIGIL_DATA_VENUE: optional(
    matching(/^[A-Za-z0-9-]{1,40}$/, 'the venue as candle files name it, such as BINANCEUSDM'),
    {
      section: 'Market',
      description: 'Whose files to take from VIGIL_DATA. None: the venue with most of the asked symbols.',
    },
  ),
  VIGIL_FROM: optional(instant(), {
    section: 'Market',
    description: 'Market time at which the replay begins. None: as early as every look-back allows.',
  }),
  VIGIL_SPEED: defaulted(numberBetween({ min: 0.01, max: 1_000_000 }), {
    section: 'Market',
    description: 'Market seconds for one wall second in replay.',
    fallback: '60',
  }),
  VIGIL_SEED: defaulted(wholeNumber({ min: 0, max: 4_294_967_295 }), {
    section: 'Market',
    description: 'Seed of the generator and of every simulated chance.',
    fallback: '7',
  }),
  VIGIL_SYMBOLS: optional(symbolList(), {
    section: 'Market',
    description: 'The universe, separated by commas. None: the default pool as far as the market offers it.',
  }),
  VIGIL_POOL_MOVERS: defaulted(wholeNumber({ min: 0, max: 20 }), {
    section: 'Market',
    description:
      'How many of a venue’s greatest movers of the last 24 h join the universe; read anew every 15 min.',
    fallback: '0',
  }),
  VIGIL_POOL_OPEN_INTEREST: defaulted(wholeNumber({ min: 0, max: 20 }), {
    section: 'Market',
    description:
      'How many of a venue’s symbols with the most open interest join the universe; read anew every 15 min.',
    fallback: '0',
  }),
  VIGIL_MIN_OPEN_INTEREST_USD: defaulted(numberBetween({ min: 0, max: 1_000_000_000_000 }), {
    section: 'Market',
    description:
      'On a venue nothing is opened in a symbol whose open interest is worth less; 0 asks for none. Closes always pass.',
    fallback: '15000000',
  }),
  VIGIL_STREAMS: defaulted(yesOrNo(), {
    section: 'Market',
    description:
      'Whether prices and liquidations are taken as a venue pushes them; what is not pushed comes by REST anyway.',
    fallback: 'true',
  }),
  CYCLE_INTERVAL_MS: optional(wholeNumber({ min: 1_000, max: 86_400_000 }), {
    section: 'Market',
    description: 'Wall milliseconds between cycles of a new desk. None: 15000 in replay, 180000 on a venue.',
  }),
  EXCHANGE_API_KEY: optional(SECRET_TEXT, {
    section: 'Venue',
    description: 'API key of the venue; used in live mode alone.',
    secret: true,
  }),
  EXCHANGE_SECRET: optional(SECRET_TEXT, {
    section: 'Venue',
    description: 'Secret that belongs to EXCHANGE_API_KEY.',
    secret: true,
  }),
  EXCHANGE_PASSWORD: optional(SECRET_TEXT, {
    section: 'Venue',
    description: 'Passphrase, on venues that ask for one.',
    secret: true,
  }),
  EXCHANGE_SANDBOX: defaulted(yesOrNo(), {
    section: 'Venue',
    description: 'Use the venue’s test network.',
    fallback: 'false',
  }),
  EXCHANGE_BASE_URL: optional(urlOf(['http', 'https']), {
    section: 'Venue',
    description: 'Scheme, host and port that replace the venue’s own, for a gateway or a simulator.',
    mayHoldCredentials: true,
  }),
  VIGIL_UNTRIED_VENUE: optional(matching(/^[a-z][a-z0-9]{1,40}$/, 'a ccxt id such as bybit'), {
    section: 'Venue',
    description:
      'The VIGIL_MARKET to trade on with real money although its dialect was never run against the venue itself.',
  }),
  ...MODEL_VARIABLES,
});
export type Environment = z.infer<typeof Environment>;
export type VariableName = keyof Environment;

export const VARIABLE_NAMES = Object.keys(Environment.shape) as VariableName[];

export function aboutVariable(name: VariableName): VariableAbout {
  return aboutOf(Environment.shape[name]);
}
