DROP INDEX "fundings_of_desk";--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "thinned_at_ms" bigint;--> statement-breakpoint
CREATE INDEX "llm_calls_messages" ON "llm_calls" USING gin ("message_hashes");--> statement-breakpoint
CREATE INDEX "fills_of_symbol" ON "fills" USING btree ("desk_id","symbol","sequence");--> statement-breakpoint
CREATE INDEX "fundings_of_symbol" ON "fundings" USING btree ("desk_id","symbol","at_ms","sequence");--> statement-breakpoint
CREATE INDEX "order_intents_protective" ON "order_intents" USING btree ("desk_id",("request" ->> 'symbol'),"created_at_ms") WHERE "order_intents"."request" ->> 'purpose' in ('stop', 'target');--> statement-breakpoint
CREATE INDEX "trades_of_symbol" ON "trades" USING btree ("desk_id","symbol","closed_at_ms");--> statement-breakpoint
CREATE INDEX "runs_of_snapshot" ON "runs" USING btree ("snapshot_id");--> statement-breakpoint
CREATE INDEX "runs_to_thin" ON "runs" USING btree ("finished_at_ms") WHERE "runs"."thinned_at_ms" is null and "runs"."outcome" in ('held', 'halted');