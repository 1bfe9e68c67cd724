import { describe, expect, it } from 'vitest';
import { createLogger } from '#server/telemetry/logger.ts';
import { createMetrics } from '#server/telemetry/metrics.ts';
import { redactText } from '#server/telemetry/redact.ts';

function recorder(secrets: string[] = []) {
  const lines: string[] = [];
  const logger = createLogger({
    level: 'info',
    secrets,
    destination: { write: (line) => void lines.push(line) },
  });
  return { logger, lines, last: () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown> };
}

describe('a log line', () => {
  it('is one JSON object with level, time and its fields', () => {
    const { logger, last } = recorder();
    logger.info({ runId: 'run_1', outputTokens: 12 }, 'cycle');
    expect(last()).toMatchObject({ level: 'info', msg: 'cycle', runId: 'run_1', outputTokens: 12 });
    expect(last().time).toMatch(/^\d{4}-\d{2}-\d{2}T.*Z$/);
  });

  it('hides what stands under a secret’s name, at any depth and in a child’s bindings', () => {
    const { logger, lines } = recorder();
    logger
      .child({ apiKey: 'hunter2' })
      .warn(
        { headers: { 'X-MBX-APIKEY': 'hunter2', cookie: ['hunter2'] }, body: { pin: 'hunter2' } },
        'call',
      );
    expect(lines.join()).not.toContain('hunter2');
  });

  it('hides secrets inside errors, their causes and their own fields', () => {
    const { logger, lines, last } = recorder();
    const cause = new Error('connect postgres://vigil:hunter2@db/vigil failed');
    const err = Object.assign(new Error('GET https://venue/x?a=1&signature=hunter2 failed', { cause }), {
      password: 'hunter2',
      code: 'ECONNREFUSED',
    });
    logger.error({ err }, 'venue');
    expect(lines.join()).not.toContain('hunter2');
    expect(last().err).toMatchObject({
      code: 'ECONNREFUSED',
      cause: { message: expect.stringContaining('@db/vigil') },
    });
  });

  it('leaves out what a library hangs on its errors, and keeps our own context', () => {
    const { logger, last } = recorder();
    const context = { symbol: 'BTC/USDT:USDT', limits: [1, 2] };
    const err = Object.assign(new Error('terminating connection'), {
      code: '57P01',
      client: { sockets: [{}] },
      context,
    });
    logger.warn({ err }, 'database connection lost');
    expect(last().err).toMatchObject({ code: '57P01', message: 'terminating connection', context });
    expect(last().err).not.toHaveProperty('client');
  });

  it('hides the configured secrets wherever they appear', () => {
    const { logger, last } = recorder(['my-very-own-key']);
    logger.info({ note: 'sent my-very-own-key along' }, 'with my-very-own-key');
    expect(last()).toMatchObject({ note: 'sent [redacted] along', msg: 'with [redacted]' });
  });
});

it.each([
  ['Authorization: Bearer abc.def-ghi', 'Authorization: Bearer [redacted]'],
  ['redis://:hunter2@cache:6379', 'redis://[redacted]@cache:6379'],
  ['key sk-proj-abcdefgh1234 refused', 'key [redacted] refused'],
  ['/order?symbol=BTCUSDT&signature=0a1b2c', '/order?symbol=BTCUSDT&signature=[redacted]'],
  ['key AKIAIOSFODNN7EXAMPLE refused', 'key [redacted] refused'],
  ['pin=483920 was wrong, order 483920 was not', 'pin=[redacted] was wrong, order 483920 was not'],
  ['nothing secret: BTC/USDT:USDT at 64000', 'nothing secret: BTC/USDT:USDT at 64000'],
])('turns %j into %j', (text, clean) => {
  expect(redactText(text)).toBe(clean);
});

it('shows what happened in the Prometheus text format', async () => {
  const metrics = createMetrics({ processMetrics: false });
  metrics.runs.inc({ kind: 'cycle', outcome: 'held' });
  metrics.ticksSkipped.inc();
  metrics.databaseUp.set(1);
  const text = await metrics.registry.metrics();
  expect(text).toContain('vigil_runs_total{kind="cycle",outcome="held"} 1');
  expect(text).toContain('vigil_ticks_skipped_total 1');
  expect(text).toContain('vigil_database_up 1');
});
