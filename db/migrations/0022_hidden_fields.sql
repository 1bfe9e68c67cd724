ALTER TABLE "desk_events" ADD COLUMN "hidden_fields" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "llm_calls" ADD COLUMN "hidden_fields" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "hidden_fields" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "spans" ADD COLUMN "hidden_fields" integer DEFAULT 0 NOT NULL;