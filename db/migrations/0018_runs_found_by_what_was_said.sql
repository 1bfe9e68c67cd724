CREATE TABLE "run_words" (
	"run_id" text NOT NULL,
	"call_id" text NOT NULL,
	"started_at_ms" bigint NOT NULL,
	"words" "tsvector" NOT NULL,
	CONSTRAINT "run_words_run_id_call_id_pk" PRIMARY KEY("run_id","call_id")
);
--> statement-breakpoint
DROP INDEX "runs_newest";--> statement-breakpoint
DROP INDEX "runs_of_desk";--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "words" "tsvector";--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "asked_agents" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "abstained_agents" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "denial_codes" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "run_words" ADD CONSTRAINT "run_words_run_id_runs_run_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("run_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "run_words_found" ON "run_words" USING gin ("words") WITH (gin_pending_list_limit=512);--> statement-breakpoint
CREATE INDEX "messages_system" ON "messages" USING btree ("sha256") WHERE "messages"."role" = 'system';--> statement-breakpoint
CREATE INDEX "runs_by_outcome" ON "runs" USING btree ("outcome","started_at_ms","run_id");--> statement-breakpoint
CREATE INDEX "runs_by_status" ON "runs" USING btree ("status","started_at_ms","run_id");--> statement-breakpoint
CREATE INDEX "runs_by_kind" ON "runs" USING btree ("kind","started_at_ms","run_id");--> statement-breakpoint
CREATE INDEX "runs_by_cost" ON "runs" USING btree ("cost_usd");--> statement-breakpoint
CREATE INDEX "runs_facts" ON "runs" USING gin ("asked_agents","abstained_agents","denial_codes");--> statement-breakpoint
CREATE INDEX "runs_newest" ON "runs" USING btree ("started_at_ms","run_id");--> statement-breakpoint
CREATE INDEX "runs_of_desk" ON "runs" USING btree ("desk_id","started_at_ms","run_id");--> statement-breakpoint
ALTER TABLE "run_words" SET (toast_tuple_target = 128);--> statement-breakpoint
UPDATE "runs" SET
	"asked_agents" = coalesce((
		SELECT array_agg(DISTINCT "agent" ORDER BY "agent") FROM "llm_calls" WHERE "llm_calls"."run_id" = "runs"."run_id"
	), '{}'),
	"abstained_agents" = coalesce((
		SELECT array_agg(DISTINCT "opinion" ->> 'agent' ORDER BY "opinion" ->> 'agent')
		FROM jsonb_array_elements("runs"."record" -> 'opinions') AS "opinion" WHERE "opinion" ->> 'abstention' IS NOT NULL
	), '{}'),
	"denial_codes" = coalesce((
		SELECT array_agg(DISTINCT "finding" ->> 'code' ORDER BY "finding" ->> 'code')
		FROM jsonb_array_elements("runs"."record" -> 'verdicts') AS "verdict", jsonb_array_elements("verdict" -> 'findings') AS "finding"
	), '{}');
