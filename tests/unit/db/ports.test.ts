import { describe, expectTypeOf, it } from 'vitest';
import type { LlmCallRepository } from '#db/repositories/llm-calls.ts';
import type { OrderRepository } from '#db/repositories/orders.ts';
import type { RecordRepository } from '#db/repositories/records.ts';
import type { SpanRepository } from '#db/repositories/spans.ts';
import type { TradingStateRepository } from '#db/repositories/trading-state.ts';
import type { LlmCall } from '#domain/desk-event.ts';
import type { RecordStore, RunTracer, TradingStateStore } from '#graphs/deps.ts';
import type { OrderStore } from '#tools/orders/order-store.ts';

// The compiler is the test: db imports neither tools nor graphs, so nothing else would notice a port that moved.
describe('the repositories', () => {
  it('fit the ports they are wired to', () => {
    expectTypeOf<OrderRepository>().toExtend<OrderStore>();
    expectTypeOf<RecordRepository>().toExtend<RecordStore>();
    expectTypeOf<SpanRepository>().toExtend<RunTracer>();
    expectTypeOf<TradingStateRepository>().toExtend<TradingStateStore>();
    expectTypeOf<LlmCallRepository['add']>().parameter(0).toEqualTypeOf<LlmCall>();
  });
});
