import { bigint, integer, pgTable, text } from 'drizzle-orm/pg-core';
import type { RegimeWeights, WeightsFacts } from '#domain/strategy-weights.ts';
import { document, milliseconds } from './columns.ts';

/** Learned weights of strategies' votes. A version never changes, and the same content is one version. */
export const strategyWeights = pgTable('strategy_weights', {
  version: integer().primaryKey(),
  /** SHA-256 of the weights with their facts. */
  hash: text().notNull().unique(),
  cells: document().$type<RegimeWeights['cells']>().notNull(),
  facts: document().$type<WeightsFacts>().notNull(),
  createdAtMs: milliseconds().notNull(),
});

/** Which version weighs from when on, and who put it there. The newest row says what holds; null is even weights. */
export const strategyWeightPromotions = pgTable('strategy_weight_promotions', {
  promotionId: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  fromVersion: integer().references(() => strategyWeights.version),
  toVersion: integer().references(() => strategyWeights.version),
  actor: text().notNull(),
  reason: text().notNull(),
  atMs: milliseconds().notNull(),
});
