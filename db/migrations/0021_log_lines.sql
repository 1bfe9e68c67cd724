CREATE TABLE "log_lines" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"at_ms" bigint NOT NULL,
	"level" text NOT NULL,
	"role" text NOT NULL,
	"process" text NOT NULL,
	"message" text NOT NULL,
	"run_id" text,
	"fields" jsonb NOT NULL
);
