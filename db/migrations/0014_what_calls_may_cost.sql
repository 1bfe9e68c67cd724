CREATE TABLE "spending_reservations" (
	"reservation_id" text PRIMARY KEY NOT NULL,
	"run_id" text NOT NULL,
	"usd" double precision NOT NULL,
	"created_at_ms" bigint NOT NULL,
	"until_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "spending_switch" (
	"switch_id" integer PRIMARY KEY NOT NULL,
	"mode" text NOT NULL,
	"set_by" text NOT NULL,
	"at_ms" bigint NOT NULL,
	CONSTRAINT "spending_switch_one_row" CHECK ("spending_switch"."switch_id" = 1)
);
--> statement-breakpoint
CREATE INDEX "spending_reservations_by_end" ON "spending_reservations" USING btree ("until_ms");--> statement-breakpoint
CREATE INDEX "spending_reservations_of_run" ON "spending_reservations" USING btree ("run_id");--> statement-breakpoint
CREATE INDEX "runs_with_abstentions" ON "runs" USING btree ("started_at_ms") WHERE "runs"."record" #> '{llm,abstentions}' <> '{}'::jsonb;