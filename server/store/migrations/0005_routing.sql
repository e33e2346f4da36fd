ALTER TABLE "api_keys" ADD COLUMN "rates" jsonb;--> statement-breakpoint
ALTER TABLE "organizations" ADD COLUMN "rates" jsonb;--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "routing" jsonb;--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "response_cache_seconds" integer;--> statement-breakpoint
ALTER TABLE "usage_records" ADD COLUMN "retried_by" text;--> statement-breakpoint
ALTER TABLE "usage_records" ADD COLUMN "routing" text;--> statement-breakpoint
ALTER TABLE "usage_records" ADD COLUMN "cache_hit" boolean DEFAULT false NOT NULL;