CREATE TABLE "approvals" (
	"approval_id" text PRIMARY KEY NOT NULL,
	"run_id" text NOT NULL,
	"desk_id" text NOT NULL,
	"status" text NOT NULL,
	"asked" jsonb NOT NULL,
	"answers" jsonb,
	"asked_at_ms" bigint NOT NULL,
	"deadline_at_ms" bigint NOT NULL,
	"answered_at_ms" bigint,
	"answered_by" text,
	"reason" text
);
--> statement-breakpoint
CREATE TABLE "answer_cache" (
	"sha256" text PRIMARY KEY NOT NULL,
	"model" text NOT NULL,
	"reply" text NOT NULL,
	"input_tokens" integer,
	"output_tokens" integer,
	"cost_usd" double precision,
	"created_at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "prompt_trials" (
	"run_id" text PRIMARY KEY NOT NULL,
	"fork_of" text NOT NULL,
	"kind" text NOT NULL,
	"prompt_set_id" text NOT NULL,
	"versions" jsonb NOT NULL,
	"model" text,
	"first_difference" text,
	"results" jsonb NOT NULL,
	"created_at_ms" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "llm_calls" ADD COLUMN "symbol" text;--> statement-breakpoint
ALTER TABLE "llm_calls" ADD COLUMN "provider" text;--> statement-breakpoint
ALTER TABLE "llm_calls" ADD COLUMN "response_format" text;--> statement-breakpoint
ALTER TABLE "llm_calls" ADD COLUMN "waited_ms" double precision DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "llm_calls" ADD COLUMN "cached_input_tokens" integer;--> statement-breakpoint
ALTER TABLE "llm_calls" ADD COLUMN "reasoning_tokens" integer;--> statement-breakpoint
ALTER TABLE "llm_calls" ADD COLUMN "input_usd_per_million" double precision;--> statement-breakpoint
ALTER TABLE "llm_calls" ADD COLUMN "output_usd_per_million" double precision;--> statement-breakpoint
ALTER TABLE "llm_calls" ADD COLUMN "answer_age_ms" double precision;--> statement-breakpoint
ALTER TABLE "prompt_labels" ADD COLUMN "moved_by" text;--> statement-breakpoint
ALTER TABLE "prompt_labels" ADD COLUMN "moved_at_ms" bigint;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "fork_of" text;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "fork_from" text;--> statement-breakpoint
ALTER TABLE "prompt_trials" ADD CONSTRAINT "prompt_trials_run_id_runs_run_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("run_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "approvals_of_run" ON "approvals" USING btree ("run_id");--> statement-breakpoint
CREATE INDEX "approvals_pending" ON "approvals" USING btree ("desk_id") WHERE "approvals"."status" = 'pending';--> statement-breakpoint
CREATE INDEX "answer_cache_by_age" ON "answer_cache" USING btree ("created_at_ms");--> statement-breakpoint
CREATE INDEX "prompt_trials_of_set" ON "prompt_trials" USING btree ("prompt_set_id");--> statement-breakpoint
CREATE INDEX "prompt_trials_of_run" ON "prompt_trials" USING btree ("fork_of");--> statement-breakpoint
CREATE INDEX "runs_forked" ON "runs" USING btree ("fork_of") WHERE "runs"."fork_of" is not null;