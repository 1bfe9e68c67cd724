CREATE TABLE "word_days" (
	"word" text COLLATE "C" NOT NULL,
	"day" integer NOT NULL,
	CONSTRAINT "word_days_word_day_pk" PRIMARY KEY("word","day")
);
--> statement-breakpoint
INSERT INTO "word_days" ("word", "day")
SELECT DISTINCT "word" COLLATE "C", floor("started_at_ms" / 86400000.0)::integer
FROM "run_words", unnest(tsvector_to_array("words")) AS "word"
WHERE "word" COLLATE "C" < '0' OR "word" COLLATE "C" >= ':';
