CREATE TABLE "strategy_weight_promotions" (
	"promotion_id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "strategy_weight_promotions_promotion_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"from_version" integer,
	"to_version" integer,
	"actor" text NOT NULL,
	"reason" text NOT NULL,
	"at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "strategy_weights" (
	"version" integer PRIMARY KEY NOT NULL,
	"hash" text NOT NULL,
	"cells" jsonb NOT NULL,
	"facts" jsonb NOT NULL,
	"created_at_ms" bigint NOT NULL,
	CONSTRAINT "strategy_weights_hash_unique" UNIQUE("hash")
);
--> statement-breakpoint
ALTER TABLE "strategy_weight_promotions" ADD CONSTRAINT "strategy_weight_promotions_from_version_strategy_weights_version_fk" FOREIGN KEY ("from_version") REFERENCES "public"."strategy_weights"("version") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "strategy_weight_promotions" ADD CONSTRAINT "strategy_weight_promotions_to_version_strategy_weights_version_fk" FOREIGN KEY ("to_version") REFERENCES "public"."strategy_weights"("version") ON DELETE no action ON UPDATE no action;