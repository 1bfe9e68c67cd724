ALTER TABLE "breaker_events" ADD COLUMN "snapshot_id" text;--> statement-breakpoint
ALTER TABLE "breaker_events" ADD COLUMN "market" jsonb DEFAULT '[]'::jsonb NOT NULL;