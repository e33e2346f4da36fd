ALTER TABLE "responses" DROP CONSTRAINT "responses_pkey";--> statement-breakpoint
ALTER TABLE "responses" ADD CONSTRAINT "responses_project_id_id_pk" PRIMARY KEY("project_id","id");