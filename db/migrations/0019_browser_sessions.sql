CREATE TABLE "log_in_attempts" (
	"place" text PRIMARY KEY NOT NULL,
	"failures" integer NOT NULL,
	"last_at_ms" bigint NOT NULL,
	"locked_until_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"token_sha256" text PRIMARY KEY NOT NULL,
	"session_id" text NOT NULL,
	"scope" text NOT NULL,
	"method" text NOT NULL,
	"credential_mark" text NOT NULL,
	"created_at_ms" bigint NOT NULL,
	"expires_at_ms" bigint NOT NULL,
	CONSTRAINT "sessions_sessionId_unique" UNIQUE("session_id")
);
--> statement-breakpoint
CREATE INDEX "sessions_by_end" ON "sessions" USING btree ("expires_at_ms");