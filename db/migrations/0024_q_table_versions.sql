-- Nothing wrote to it but a test.
DROP TABLE "q_tables" CASCADE;--> statement-breakpoint
CREATE TABLE "q_table_promotions" (
	"promotion_id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "q_table_promotions_promotion_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"from_version" integer,
	"to_version" integer,
	"actor" text NOT NULL,
	"reason" text NOT NULL,
	"at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "q_tables" (
	"version" integer PRIMARY KEY NOT NULL,
	"table_id" text NOT NULL,
	"hash" text NOT NULL,
	"origin" text NOT NULL,
	"facts" jsonb NOT NULL,
	"body" "bytea" NOT NULL,
	"created_at_ms" bigint NOT NULL,
	CONSTRAINT "q_tables_table_id_unique" UNIQUE("table_id"),
	CONSTRAINT "q_tables_hash_unique" UNIQUE("hash")
);
--> statement-breakpoint
ALTER TABLE "q_table_promotions" ADD CONSTRAINT "q_table_promotions_from_version_q_tables_version_fk" FOREIGN KEY ("from_version") REFERENCES "public"."q_tables"("version") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "q_table_promotions" ADD CONSTRAINT "q_table_promotions_to_version_q_tables_version_fk" FOREIGN KEY ("to_version") REFERENCES "public"."q_tables"("version") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "q_table_promotions_by_time" ON "q_table_promotions" USING btree ("at_ms");