import { expectTypeOf, it } from 'vitest';
import type { ApprovalRepository } from '#db/repositories/approvals.ts';
import type { CostRepository } from '#db/repositories/costs.ts';
import type { DeskRepository } from '#db/repositories/desks.ts';
import type { EventRepository } from '#db/repositories/events.ts';
import type { IdempotencyRepository } from '#db/repositories/idempotency.ts';
import type { LogLineRepository } from '#db/repositories/log-lines.ts';
import type { OrderRepository } from '#db/repositories/orders.ts';
import type { PromptRepository } from '#db/repositories/prompts.ts';
import type { QTableRepository } from '#db/repositories/q-tables.ts';
import type { SignalRepository } from '#db/repositories/signals.ts';
import type { TradingStateRepository } from '#db/repositories/trading-state.ts';
import type {
  ApprovalsPort,
  BooksPort,
  DesksPort,
  EventsPort,
  IdempotencyPort,
  PromptsPort,
  SignalsPort,
  TradingStatePort,
} from '#server/api-deps.ts';
import type { CostsPort, LogsPort } from '#server/figure-ports.ts';
import type { QTablesPort } from '#server/qtables/promote-version.ts';

it('has repositories that fit its ports as they are', () => {
  expectTypeOf<ApprovalRepository>().toExtend<ApprovalsPort>();
  expectTypeOf<EventRepository>().toExtend<EventsPort>();
  expectTypeOf<LogLineRepository>().toExtend<LogsPort>();
  expectTypeOf<CostRepository>().toExtend<CostsPort>();
  expectTypeOf<DeskRepository>().toExtend<DesksPort>();
  expectTypeOf<OrderRepository>().toExtend<BooksPort>();
  expectTypeOf<TradingStateRepository>().toExtend<TradingStatePort>();
  expectTypeOf<PromptRepository>().toExtend<PromptsPort>();
  expectTypeOf<QTableRepository>().toExtend<QTablesPort>();
  expectTypeOf<SignalRepository>().toExtend<SignalsPort>();
  expectTypeOf<IdempotencyRepository>().toExtend<IdempotencyPort>();
});
