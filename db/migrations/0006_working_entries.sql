CREATE TABLE "working_entries" (
	"entry_id" text PRIMARY KEY NOT NULL,
	"desk_id" text NOT NULL,
	"run_id" text NOT NULL,
	"proposal" jsonb NOT NULL,
	"style" text NOT NULL,
	"quantity_base" numeric NOT NULL,
	"slices" integer NOT NULL,
	"started_at_ms" bigint NOT NULL,
	"deadline_at_ms" bigint NOT NULL,
	"ended_at_ms" bigint,
	"end_reason" text
);
--> statement-breakpoint
CREATE INDEX "working_entries_open" ON "working_entries" USING btree ("desk_id") WHERE "working_entries"."ended_at_ms" is null;