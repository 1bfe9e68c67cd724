import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import matter from 'gray-matter';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readConfig } from '#server/config.ts';
import { VARIABLE_NAMES } from '#server/config-variables.ts';
import { rootFolder } from '#server/paths.ts';
import { commandsOf } from './readme-blocks.ts';

const Duration = z.string().regex(/^\d+(ms|s|m)$/);
const Service = z.looseObject({
  image: z.string(),
  command: z.array(z.string()),
  environment: z.record(z.string(), z.string()).default({}),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  healthcheck: z.strictObject({
    test: z.array(z.string()).min(2),
    interval: Duration,
    timeout: Duration,
    start_period: Duration,
    retries: z.number().int().positive(),
  }),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  env_file: z.unknown().optional(),
});
const Compose = z.looseObject({
  services: z.record(z.string(), Service),
  volumes: z.record(z.string(), z.null()),
});

const root = rootFolder();
const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');
const { services, volumes } = Compose.parse(matter(`---\n${text}\n---\n`).data);
const OURS = ['api', 'worker', 'guard'];
/** Variables of images that are not ours. */
const FOREIGN = new Set(['POSTGRES_USER', 'POSTGRES_PASSWORD', 'POSTGRES_DB']);

/** What compose puts for `${NAME:-fallback}` and `${NAME:?message}`. */
function interpolate(value: string, given: Readonly<Record<string, string>>): string {
  return value.replace(
    /\$\{(\w+)(?::([-?])([^}]*))?\}/g,
    (_all, name: string, kind?: string, rest?: string) => {
      if (given[name]) return given[name];
      if (kind === '-') return rest ?? '';
      throw new Error(`${name} is required`);
    },
  );
}

function environmentOf(name: string, given: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(services[name]?.environment ?? {});
  return Object.fromEntries(entries.map(([key, value]) => [key, interpolate(value, given)]));
}

describe('docker-compose.yml', () => {
  it('starts a database, a queue, an api, a worker and a guard, each with a health check', () => {
    expect(Object.keys(services)).toEqual(['postgres', 'redis', ...OURS]);
  });

  it.each(OURS)('starts %s in its role once database and queue are healthy', (name) => {
    expect(services[name]?.command).toEqual(['start', '--role', name]);
    expect(services[name]?.depends_on).toEqual({
      postgres: { condition: 'service_healthy' },
      redis: { condition: 'service_healthy' },
    });
  });

  it.each(OURS)('gives %s an environment the configuration accepts', (name) => {
    const given = { API_KEY: 'k'.repeat(32), POSTGRES_PASSWORD: 'secret' };
    const environment = environmentOf(name, given);
    const unknown = Object.keys(environment).filter(
      (key) => !(VARIABLE_NAMES as readonly string[]).includes(key) && !FOREIGN.has(key),
    );
    expect(unknown).toEqual([]);
    const config = readConfig({ HOST: '0.0.0.0', ...environment });
    expect(config.databaseUrl).toBe('postgres://vigil:secret@postgres:5432/vigil');
    expect(config.redisUrl).toBe('redis://redis:6379');
  });

  it.each(OURS)('hands %s every variable that stands in .env, where there is one', (name) => {
    expect(services[name]?.env_file).toEqual([{ path: '.env', required: false }]);
  });

  it('refuses to start without the key and the password the README sets', () => {
    const required = [...new Set([...text.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name))].sort();
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const [command = ''] = commandsOf(readme, 'compose');
    expect([...command.matchAll(/(\w+)=\$\(/g)].map(([, name]) => name).sort()).toEqual(required);
    expect(() => environmentOf('api', { POSTGRES_PASSWORD: 'secret' })).toThrow('API_KEY is required');
  });

  it.each(['worker', 'guard'])(
    'asks whether the loop of %s turns, since nothing else of it can be asked',
    (name) => {
      expect(services[name]?.healthcheck.test.slice(-4)).toEqual(['doctor', '--json', '--role', name]);
    },
  );

  it('publishes nothing but the api, and that on loopback', () => {
    const published = Object.entries(services).filter(([, { ports }]) => ports.length > 0);
    expect(published.map(([name]) => name)).toEqual(['api']);
    expect(services.api?.ports).toEqual([expect.stringMatching(/^127\.0\.0\.1:/)]);
  });

  it('keeps what the database and the queue hold in named volumes', () => {
    const mounted = ['postgres', 'redis'].map((name) => services[name]?.volumes[0]?.split(':')[0]);
    expect(mounted).toEqual(Object.keys(volumes));
  });
});

describe('the Dockerfile', () => {
  it('installs from the lock, runs as nobody special and checks readiness', () => {
    expect(dockerfile).toMatch(/^RUN npm ci$/m);
    expect(dockerfile).toMatch(/^USER node$/m);
    expect(dockerfile).toMatch(/HEALTHCHECK[\s\S]+\/readyz/);
  });

  it('copies into the build only what .dockerignore lets through', () => {
    const allowed: readonly string[] =
      readFileSync(join(root, '.dockerignore'), 'utf8').match(/^!.*$/gm) ?? [];
    const needed = [
      'package.json',
      'package-lock.json',
      '.npmrc',
      'LICENSE',
      'db',
      'prompts',
      'scripts',
      'web',
    ];
    expect(needed.filter((name) => !allowed.includes(`!${name}`))).toEqual([]);
  });
});
