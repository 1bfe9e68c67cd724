CREATE TABLE "prompt_dry_runs" (
	"dry_run_id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "prompt_dry_runs_dry_run_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"version" integer NOT NULL,
	"outcome" text NOT NULL,
	"details" jsonb NOT NULL,
	"created_at_ms" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "prompt_dry_runs" ADD CONSTRAINT "prompt_dry_runs_name_version_prompt_versions_name_version_fk" FOREIGN KEY ("name","version") REFERENCES "public"."prompt_versions"("name","version") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "prompt_dry_runs_of_version" ON "prompt_dry_runs" USING btree ("name","version");--> statement-breakpoint
INSERT INTO "prompt_dry_runs" ("name", "version", "outcome", "details", "created_at_ms") SELECT "name", "version", 'baseline', '{}', "created_at_ms" FROM "prompt_versions";
