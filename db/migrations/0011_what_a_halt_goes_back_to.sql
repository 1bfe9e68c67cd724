ALTER TABLE "trading_state" ADD COLUMN "resumes_as" text DEFAULT 'active' NOT NULL;--> statement-breakpoint
ALTER TABLE "trading_state" ADD COLUMN "at_risk_until_ms" bigint;