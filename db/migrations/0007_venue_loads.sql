CREATE TABLE "venue_loads" (
	"address" text PRIMARY KEY NOT NULL,
	"used_weight" integer NOT NULL,
	"minute" integer NOT NULL,
	"rests_until_ms" bigint NOT NULL,
	"banned_until_ms" bigint NOT NULL
);
