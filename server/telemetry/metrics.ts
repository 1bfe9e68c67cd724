import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

const HTTP_BUCKETS_SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60];
const CYCLE_BUCKETS_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

export type Metrics = ReturnType<typeof createMetrics>;

/** Everything `/metrics` shows. Labels come from closed sets, never from ids, symbols or paths. */
export function createMetrics({ processMetrics = true }: { processMetrics?: boolean } = {}) {
  const registry = new Registry();
  const registers = [registry];
  if (processMetrics) collectDefaultMetrics({ register: registry, prefix: 'vigil_' });
  return {
    registry,
    httpDuration: new Histogram({
      name: 'vigil_http_request_duration_seconds',
      help: 'Time to answer a request, by route and status; of a stream, to its first byte.',
      labelNames: ['method', 'route', 'status'],
      buckets: HTTP_BUCKETS_SECONDS,
      registers,
    }),
    eventStreams: new Gauge({
      name: 'vigil_event_streams',
      help: 'Event streams open now.',
      registers,
    }),
    runs: new Counter({
      name: 'vigil_runs_total',
      help: 'Runs that ended, by kind and outcome.',
      labelNames: ['kind', 'outcome'],
      registers,
    }),
    runDuration: new Histogram({
      name: 'vigil_run_duration_seconds',
      help: 'Wall time of a run, by kind.',
      labelNames: ['kind'],
      buckets: CYCLE_BUCKETS_SECONDS,
      registers,
    }),
    ticksSkipped: new Counter({
      name: 'vigil_ticks_skipped_total',
      help: 'Scheduled cycles skipped because one was running.',
      registers,
    }),
    queueJobs: new Gauge({
      name: 'vigil_queue_jobs',
      help: 'Jobs in the queue, by queue and state.',
      labelNames: ['queue', 'state'],
      registers,
    }),
    llmCalls: new Counter({
      name: 'vigil_llm_calls_total',
      help: 'HTTP attempts at a model, by agent and status.',
      labelNames: ['agent', 'status'],
      registers,
    }),
    llmCostUsd: new Counter({
      name: 'vigil_llm_cost_usd_total',
      help: 'Known cost of model calls in USD, by agent.',
      labelNames: ['agent'],
      registers,
    }),
    llmDayUsd: new Gauge({
      name: 'vigil_llm_day_usd',
      help: 'USD that model calls of this UTC day cost or have set aside, at the last check; what LLM_BUDGET_USD_PER_DAY limits.',
      registers,
    }),
    llmBudgetSpent: new Gauge({
      name: 'vigil_llm_budget_spent',
      help: '1 when models may cost nothing more on this UTC day, or nothing at all, at the last check; the rules decide then.',
      registers,
    }),
    abstentions: new Counter({
      name: 'vigil_agent_abstentions_total',
      help: 'Answers that rules gave in place of the model, by agent and reason: its answer was discarded or never came.',
      labelNames: ['agent', 'reason'],
      registers,
    }),
    modelUp: new Gauge({
      name: 'vigil_model_up',
      help: '1 while this process takes the model to be well, 0 while it leaves it alone; by what it is used for.',
      labelNames: ['use'],
      registers,
    }),
    streamUp: new Gauge({
      name: 'vigil_price_stream_up',
      help: '1 when the venue pushed its prices to this process at the last check, 0 when they came by REST.',
      registers,
    }),
    streamIgnored: new Gauge({
      name: 'vigil_price_stream_ignored',
      help: 'Prices pushed to this process until the last check that could not be true and were not used.',
      registers,
    }),
    spikes: new Counter({
      name: 'vigil_spikes_total',
      help: 'Spikes that the watch over the market told, by kind.',
      labelNames: ['kind'],
      registers,
    }),
    spikePricesIgnored: new Gauge({
      name: 'vigil_spike_prices_ignored',
      help: 'Prices and bars of the symbols watched for spikes that could not be true and were not used.',
      registers,
    }),
    databaseUp: new Gauge({
      name: 'vigil_database_up',
      help: '1 when the database answered the last check, else 0.',
      registers,
    }),
  };
}
