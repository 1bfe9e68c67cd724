ALTER TABLE "trading_state" ADD COLUMN "ends_by" text DEFAULT 'person' NOT NULL;--> statement-breakpoint
ALTER TABLE "trading_state" ADD COLUMN "overridden_at_ms" bigint;--> statement-breakpoint
ALTER TABLE "trading_state" ADD COLUMN "watch_level" text DEFAULT 'clear' NOT NULL;--> statement-breakpoint
ALTER TABLE "trading_state" ADD COLUMN "watch_reasons" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "trading_state" ADD COLUMN "watch_at_ms" bigint;--> statement-breakpoint
ALTER TABLE "trading_state" ADD COLUMN "at_risk_since_ms" bigint;