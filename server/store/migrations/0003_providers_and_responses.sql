CREATE TABLE "catalog_updates" (
	"id" text PRIMARY KEY NOT NULL,
	"source" text NOT NULL,
	"document" text NOT NULL,
	"fetched_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "provider_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"provider" text NOT NULL,
	"label" text NOT NULL,
	"base_url" text,
	"settings" jsonb NOT NULL,
	"sealed" text NOT NULL,
	"hint" text NOT NULL,
	"status" text DEFAULT 'active' NOT NULL,
	"created_by" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "responses" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"project_id" text NOT NULL,
	"previous_id" text,
	"sealed" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
DROP VIEW "public"."ledger";--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "cache_marks" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "response_retention_days" integer DEFAULT 30 NOT NULL;--> statement-breakpoint
ALTER TABLE "usage_records" ADD COLUMN "own_key" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "usage_records" ADD COLUMN "service_tier" text;--> statement-breakpoint
ALTER TABLE "provider_keys" ADD CONSTRAINT "provider_keys_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "provider_keys_label" ON "provider_keys" USING btree ("organization_id","provider","label");--> statement-breakpoint
CREATE INDEX "responses_expiry" ON "responses" USING btree ("expires_at");--> statement-breakpoint
CREATE VIEW "public"."ledger" AS (
  select id, organization_id, kind, amount_nano, null::text as request_id, description, created_at from ledger_entries
  union all
  select id, organization_id, 'usage', -cost_nano, id, model, created_at from usage_records where cost_nano <> 0 and not own_key);