CREATE TABLE "signals" (
	"signal_id" text PRIMARY KEY NOT NULL,
	"desk_id" text NOT NULL,
	"run_id" text NOT NULL,
	"symbol" text NOT NULL,
	"action" text NOT NULL,
	"score" integer NOT NULL,
	"confidence_fraction" double precision NOT NULL,
	"points" jsonb NOT NULL,
	"spikes" integer NOT NULL,
	"trend" text NOT NULL,
	"volatility" text NOT NULL,
	"last_quote" double precision NOT NULL,
	"at_ms" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "signals" ADD CONSTRAINT "signals_run_id_runs_run_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("run_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "signals_of_desk" ON "signals" USING btree ("desk_id","at_ms","signal_id");--> statement-breakpoint
CREATE INDEX "signals_of_symbol" ON "signals" USING btree ("desk_id","symbol","at_ms","signal_id");--> statement-breakpoint
CREATE INDEX "signals_of_run" ON "signals" USING btree ("run_id");--> statement-breakpoint
INSERT INTO "signals"
SELECT runs.run_id || ':' || (signal ->> 'symbol'), runs.desk_id, runs.run_id, signal ->> 'symbol', signal ->> 'action',
	(signal ->> 'score')::integer, (signal ->> 'confidenceFraction')::double precision,
	(SELECT coalesce(jsonb_object_agg(reading ->> 'rule', reading -> 'points'), '{}') FROM jsonb_array_elements(signal -> 'readings') reading),
	jsonb_array_length(signal -> 'spikes'), signal -> 'regime' ->> 'trend', signal -> 'regime' ->> 'volatility',
	(signal ->> 'lastQuote')::double precision, (signal ->> 'atMs')::bigint
FROM runs, jsonb_array_elements(runs.record -> 'signals') signal
WHERE runs.kind = 'cycle'
ON CONFLICT DO NOTHING;
