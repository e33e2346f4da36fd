CREATE TABLE "iam_rules" (
	"id" text PRIMARY KEY NOT NULL,
	"key_id" text NOT NULL,
	"type" text NOT NULL,
	"value" jsonb NOT NULL,
	"status" text DEFAULT 'active' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "iam_rules" ADD CONSTRAINT "iam_rules_key_id_api_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."api_keys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "iam_rules_key" ON "iam_rules" USING btree ("key_id","created_at","id");