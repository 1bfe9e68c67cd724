CREATE TABLE "accounts" (
	"desk_id" text PRIMARY KEY NOT NULL,
	"quote" text NOT NULL,
	"balance_quote" numeric NOT NULL,
	"unrealised_quote" numeric NOT NULL,
	"equity_quote" numeric NOT NULL,
	"margin_used_quote" numeric NOT NULL,
	"available_quote" numeric NOT NULL,
	"as_of_ms" bigint NOT NULL,
	"activity_cursor" text
);
--> statement-breakpoint
CREATE TABLE "equity_snapshots" (
	"desk_id" text NOT NULL,
	"at_ms" bigint NOT NULL,
	"run_id" text,
	"equity_quote" numeric NOT NULL,
	"balance_quote" numeric NOT NULL,
	CONSTRAINT "equity_snapshots_desk_id_at_ms_pk" PRIMARY KEY("desk_id","at_ms")
);
--> statement-breakpoint
CREATE TABLE "paper_books" (
	"account_id" text PRIMARY KEY NOT NULL,
	"books" jsonb
);
--> statement-breakpoint
CREATE TABLE "positions" (
	"desk_id" text NOT NULL,
	"position_id" text NOT NULL,
	"symbol" text NOT NULL,
	"side" text NOT NULL,
	"quantity_base" numeric NOT NULL,
	"entry_price_quote" numeric NOT NULL,
	"mark_price_quote" numeric NOT NULL,
	"leverage" double precision NOT NULL,
	"margin_quote" numeric NOT NULL,
	"liquidation_price_quote" numeric,
	"unrealised_quote" numeric NOT NULL,
	"fees_quote" numeric NOT NULL,
	"funding_quote" numeric NOT NULL,
	"opened_at_ms" bigint NOT NULL,
	CONSTRAINT "positions_desk_id_position_id_pk" PRIMARY KEY("desk_id","position_id")
);
--> statement-breakpoint
CREATE TABLE "audit_log" (
	"audit_id" bigserial PRIMARY KEY NOT NULL,
	"at_ms" bigint DEFAULT (extract(epoch from clock_timestamp()) * 1000)::bigint NOT NULL,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"subject" text NOT NULL,
	"details" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "breaker_events" (
	"event_id" bigserial PRIMARY KEY NOT NULL,
	"desk_id" text NOT NULL,
	"run_id" text,
	"level" text NOT NULL,
	"reasons" jsonb NOT NULL,
	"actions" jsonb NOT NULL,
	"symbols" text[] NOT NULL,
	"at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "desk_events" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"run_id" text,
	"desk_id" text,
	"at_ms" bigint NOT NULL,
	"payload" jsonb
);
--> statement-breakpoint
CREATE TABLE "desks" (
	"desk_id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"symbols" text[] NOT NULL,
	"interval_ms" bigint NOT NULL,
	"paused" boolean DEFAULT false NOT NULL,
	"cycles_run" integer DEFAULT 0 NOT NULL,
	"ticks_skipped" integer DEFAULT 0 NOT NULL,
	"created_at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"key" text PRIMARY KEY NOT NULL,
	"request_hash" text NOT NULL,
	"status" integer,
	"body" jsonb,
	"claimed_at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "trading_state" (
	"desk_id" text PRIMARY KEY NOT NULL,
	"mode" text NOT NULL,
	"reason" text NOT NULL,
	"set_by" text NOT NULL,
	"since_ms" bigint NOT NULL,
	"level" text DEFAULT 'clear' NOT NULL,
	"level_reasons" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"level_at_ms" bigint
);
--> statement-breakpoint
CREATE TABLE "llm_calls" (
	"call_id" text PRIMARY KEY NOT NULL,
	"run_id" text NOT NULL,
	"span_id" text NOT NULL,
	"agent" text NOT NULL,
	"model" text NOT NULL,
	"attempt" integer NOT NULL,
	"status" text NOT NULL,
	"http_status" integer,
	"started_at_ms" bigint NOT NULL,
	"duration_ms" double precision NOT NULL,
	"input_tokens" integer,
	"output_tokens" integer,
	"cost_usd" double precision,
	"message_hashes" text[] NOT NULL,
	"reply" text,
	"error" text
);
--> statement-breakpoint
CREATE TABLE "messages" (
	"sha256" text PRIMARY KEY NOT NULL,
	"role" text NOT NULL,
	"content" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "prompt_labels" (
	"name" text NOT NULL,
	"label" text NOT NULL,
	"version" integer NOT NULL,
	CONSTRAINT "prompt_labels_name_label_pk" PRIMARY KEY("name","label")
);
--> statement-breakpoint
CREATE TABLE "prompt_sets" (
	"prompt_set_id" text PRIMARY KEY NOT NULL,
	"versions" jsonb NOT NULL,
	"created_at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "prompt_versions" (
	"name" text NOT NULL,
	"version" integer NOT NULL,
	"text" text NOT NULL,
	"config" jsonb NOT NULL,
	"variables" text[] NOT NULL,
	"author" text NOT NULL,
	"message" text NOT NULL,
	"sha256" text NOT NULL,
	"created_at_ms" bigint NOT NULL,
	CONSTRAINT "prompt_versions_name_version_pk" PRIMARY KEY("name","version")
);
--> statement-breakpoint
CREATE TABLE "prompts" (
	"name" text PRIMARY KEY NOT NULL,
	"created_at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "candles" (
	"venue" text NOT NULL,
	"symbol" text NOT NULL,
	"timeframe" text NOT NULL,
	"open_at_ms" bigint NOT NULL,
	"open" double precision NOT NULL,
	"high" double precision NOT NULL,
	"low" double precision NOT NULL,
	"close" double precision NOT NULL,
	"volume" double precision NOT NULL,
	CONSTRAINT "candles_venue_symbol_timeframe_open_at_ms_pk" PRIMARY KEY("venue","symbol","timeframe","open_at_ms")
);
--> statement-breakpoint
CREATE TABLE "experiences" (
	"experience_id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "experiences_experience_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"run_id" text,
	"symbol" text NOT NULL,
	"state" text NOT NULL,
	"action" text NOT NULL,
	"reward" double precision NOT NULL,
	"next_state" text,
	"at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "market_clock" (
	"key" text PRIMARY KEY NOT NULL,
	"wall_ms" bigint NOT NULL,
	"market_ms" bigint NOT NULL,
	"speed" double precision NOT NULL,
	"touched_wall_ms" bigint NOT NULL,
	"touched_market_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "q_tables" (
	"table_id" text PRIMARY KEY NOT NULL,
	"version" integer NOT NULL,
	"active" boolean DEFAULT false NOT NULL,
	"note" text NOT NULL,
	"body" jsonb NOT NULL,
	"created_at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "snapshots" (
	"snapshot_id" text PRIMARY KEY NOT NULL,
	"ref" jsonb NOT NULL,
	"body" "bytea"
);
--> statement-breakpoint
CREATE TABLE "fills" (
	"desk_id" text NOT NULL,
	"fill_id" text NOT NULL,
	"client_order_id" text NOT NULL,
	"venue_order_id" text NOT NULL,
	"symbol" text NOT NULL,
	"side" text NOT NULL,
	"purpose" text NOT NULL,
	"quantity_base" numeric NOT NULL,
	"price_quote" numeric NOT NULL,
	"fee_quote" numeric NOT NULL,
	"liquidity" text NOT NULL,
	"realised_quote" numeric NOT NULL,
	"at_ms" bigint NOT NULL,
	"sequence" bigserial NOT NULL,
	CONSTRAINT "fills_desk_id_fill_id_pk" PRIMARY KEY("desk_id","fill_id")
);
--> statement-breakpoint
CREATE TABLE "fundings" (
	"desk_id" text NOT NULL,
	"payment_id" text NOT NULL,
	"symbol" text NOT NULL,
	"amount_quote" numeric NOT NULL,
	"rate_fraction" double precision NOT NULL,
	"notional_quote" numeric NOT NULL,
	"at_ms" bigint NOT NULL,
	"sequence" bigserial NOT NULL,
	CONSTRAINT "fundings_desk_id_payment_id_pk" PRIMARY KEY("desk_id","payment_id")
);
--> statement-breakpoint
CREATE TABLE "order_intents" (
	"intent_id" text PRIMARY KEY NOT NULL,
	"client_order_id" text NOT NULL,
	"run_id" text NOT NULL,
	"desk_id" text NOT NULL,
	"proposal_id" text,
	"status" text NOT NULL,
	"request" jsonb NOT NULL,
	"reason" text,
	"created_at_ms" bigint NOT NULL,
	"updated_at_ms" bigint NOT NULL,
	"sequence" bigserial NOT NULL,
	CONSTRAINT "order_intents_clientOrderId_unique" UNIQUE("client_order_id")
);
--> statement-breakpoint
CREATE TABLE "orders" (
	"desk_id" text NOT NULL,
	"client_order_id" text NOT NULL,
	"venue_order_id" text NOT NULL,
	"symbol" text NOT NULL,
	"side" text NOT NULL,
	"type" text NOT NULL,
	"purpose" text NOT NULL,
	"status" text NOT NULL,
	"quantity_base" numeric NOT NULL,
	"filled_base" numeric NOT NULL,
	"price_quote" numeric,
	"trigger_price_quote" numeric,
	"average_price_quote" numeric,
	"fees_quote" numeric NOT NULL,
	"reduce_only" boolean NOT NULL,
	"time_in_force" text NOT NULL,
	"leverage" double precision NOT NULL,
	"created_at_ms" bigint NOT NULL,
	"updated_at_ms" bigint NOT NULL,
	"reason" text,
	CONSTRAINT "orders_desk_id_client_order_id_pk" PRIMARY KEY("desk_id","client_order_id")
);
--> statement-breakpoint
CREATE TABLE "trades" (
	"desk_id" text NOT NULL,
	"trade_id" text NOT NULL,
	"position_id" text NOT NULL,
	"symbol" text NOT NULL,
	"side" text NOT NULL,
	"quantity_base" numeric NOT NULL,
	"entry_price_quote" numeric NOT NULL,
	"exit_price_quote" numeric NOT NULL,
	"leverage" double precision NOT NULL,
	"gross_quote" numeric NOT NULL,
	"fees_quote" numeric NOT NULL,
	"funding_quote" numeric NOT NULL,
	"net_quote" numeric NOT NULL,
	"opened_at_ms" bigint NOT NULL,
	"closed_at_ms" bigint NOT NULL,
	"exit_reason" text NOT NULL,
	CONSTRAINT "trades_desk_id_trade_id_pk" PRIMARY KEY("desk_id","trade_id")
);
--> statement-breakpoint
CREATE TABLE "runs" (
	"run_id" text PRIMARY KEY NOT NULL,
	"desk_id" text NOT NULL,
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"outcome" text,
	"reason" text,
	"question" text,
	"symbols" text[] NOT NULL,
	"level" text,
	"started_at_ms" bigint NOT NULL,
	"finished_at_ms" bigint,
	"market_as_of_ms" bigint,
	"snapshot_id" text,
	"orders" integer DEFAULT 0 NOT NULL,
	"cost_usd" double precision DEFAULT 0 NOT NULL,
	"seed" bigint NOT NULL,
	"prompt_set_id" text NOT NULL,
	"owner" text,
	"heartbeat_at_ms" bigint,
	"cancel_requested" boolean DEFAULT false NOT NULL,
	"record" jsonb
);
--> statement-breakpoint
CREATE TABLE "spans" (
	"span_id" text PRIMARY KEY NOT NULL,
	"run_id" text NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"symbol" text,
	"status" text NOT NULL,
	"started_at_ms" bigint NOT NULL,
	"duration_ms" double precision,
	"decided_by" text,
	"input" jsonb,
	"output" jsonb,
	"error" jsonb
);
--> statement-breakpoint
ALTER TABLE "prompt_labels" ADD CONSTRAINT "prompt_labels_name_prompts_name_fk" FOREIGN KEY ("name") REFERENCES "public"."prompts"("name") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "prompt_versions" ADD CONSTRAINT "prompt_versions_name_prompts_name_fk" FOREIGN KEY ("name") REFERENCES "public"."prompts"("name") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spans" ADD CONSTRAINT "spans_run_id_runs_run_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("run_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "equity_snapshots_by_time" ON "equity_snapshots" USING btree ("at_ms");--> statement-breakpoint
CREATE INDEX "audit_log_of_subject" ON "audit_log" USING btree ("subject","audit_id");--> statement-breakpoint
CREATE INDEX "breaker_events_of_desk" ON "breaker_events" USING btree ("desk_id","event_id");--> statement-breakpoint
CREATE INDEX "desk_events_of_run" ON "desk_events" USING btree ("run_id","id");--> statement-breakpoint
CREATE INDEX "desk_events_by_time" ON "desk_events" USING btree ("at_ms");--> statement-breakpoint
CREATE INDEX "idempotency_keys_by_time" ON "idempotency_keys" USING btree ("claimed_at_ms");--> statement-breakpoint
CREATE INDEX "llm_calls_of_run" ON "llm_calls" USING btree ("run_id","started_at_ms");--> statement-breakpoint
CREATE INDEX "llm_calls_by_time" ON "llm_calls" USING btree ("started_at_ms");--> statement-breakpoint
CREATE INDEX "experiences_by_time" ON "experiences" USING btree ("at_ms");--> statement-breakpoint
CREATE INDEX "fills_of_desk" ON "fills" USING btree ("desk_id","at_ms","sequence");--> statement-breakpoint
CREATE INDEX "fundings_of_desk" ON "fundings" USING btree ("desk_id","at_ms","sequence");--> statement-breakpoint
CREATE INDEX "order_intents_of_run" ON "order_intents" USING btree ("run_id","sequence");--> statement-breakpoint
CREATE INDEX "order_intents_of_desk" ON "order_intents" USING btree ("desk_id","status");--> statement-breakpoint
CREATE INDEX "orders_newest" ON "orders" USING btree ("created_at_ms" DESC NULLS LAST,"client_order_id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "trades_newest" ON "trades" USING btree ("closed_at_ms" DESC NULLS LAST,"trade_id" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "runs_one_live_cycle" ON "runs" USING btree ("desk_id") WHERE "runs"."kind" = 'cycle' and "runs"."status" in ('queued', 'running');--> statement-breakpoint
CREATE INDEX "runs_newest" ON "runs" USING btree ("started_at_ms" DESC NULLS LAST,"run_id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "runs_of_desk" ON "runs" USING btree ("desk_id","started_at_ms" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "runs_live" ON "runs" USING btree ("status") WHERE "runs"."status" in ('queued', 'running');--> statement-breakpoint
CREATE INDEX "runs_symbols" ON "runs" USING gin ("symbols");--> statement-breakpoint
CREATE INDEX "spans_of_run" ON "spans" USING btree ("run_id","started_at_ms");--> statement-breakpoint
-- Bodies are deflated already; compressing them again would only cost time.
ALTER TABLE "snapshots" ALTER COLUMN "body" SET STORAGE EXTERNAL;
