import { expectTypeOf, it } from 'vitest';
import type { DeskRepository } from '#db/repositories/desks.ts';
import type { EventRepository } from '#db/repositories/events.ts';
import type { IdempotencyRepository } from '#db/repositories/idempotency.ts';
import type { OrderRepository } from '#db/repositories/orders.ts';
import type { PromptRepository } from '#db/repositories/prompts.ts';
import type { TradingStateRepository } from '#db/repositories/trading-state.ts';
import type {
  BooksPort,
  DesksPort,
  EventsPort,
  IdempotencyPort,
  PromptsPort,
  TradingStatePort,
} from '#server/api-deps.ts';

it('has repositories that fit its ports as they are', () => {
  expectTypeOf<EventRepository>().toExtend<EventsPort>();
  expectTypeOf<DeskRepository>().toExtend<DesksPort>();
  expectTypeOf<OrderRepository>().toExtend<BooksPort>();
  expectTypeOf<TradingStateRepository>().toExtend<TradingStatePort>();
  expectTypeOf<PromptRepository>().toExtend<PromptsPort>();
  expectTypeOf<IdempotencyRepository>().toExtend<IdempotencyPort>();
});
