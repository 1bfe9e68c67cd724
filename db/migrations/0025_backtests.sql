CREATE TABLE "backtests" (
	"backtest_id" text PRIMARY KEY NOT NULL,
	"market" text NOT NULL,
	"source" jsonb NOT NULL,
	"status" text NOT NULL,
	"strategy" text NOT NULL,
	"symbols" text[] NOT NULL,
	"from_ms" bigint NOT NULL,
	"to_ms" bigint NOT NULL,
	"created_at_ms" bigint NOT NULL,
	"started_at_ms" bigint,
	"finished_at_ms" bigint,
	"done_fraction" double precision DEFAULT 0 NOT NULL,
	"done_to_ms" bigint,
	"trades" integer DEFAULT 0 NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"owner" text,
	"heartbeat_at_ms" bigint,
	"cancel_requested" boolean DEFAULT false NOT NULL,
	"error" jsonb,
	"return_fraction" double precision,
	"hold_return_fraction" double precision,
	"report" jsonb,
	"bars" jsonb
);
--> statement-breakpoint
CREATE INDEX "backtests_newest" ON "backtests" USING btree ("created_at_ms","backtest_id");--> statement-breakpoint
CREATE INDEX "backtests_live" ON "backtests" USING btree ("market","status");