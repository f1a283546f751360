-- Codes that a company brought to be handed out, each once. A code leaves the table in the transaction that issues it: the
-- event holds it from then on. Rows are sealed under their own id, since nobody knows yet whose redemption they will be.

BEGIN;

CREATE TABLE "pool_code" (
  "company_id" INTEGER NOT NULL,
  "provider" TEXT NOT NULL,
  "digest" TEXT NOT NULL,
  "id" UUID NOT NULL,
  "cipher" TEXT NOT NULL,
  "key_id" TEXT NOT NULL,
  "last4" TEXT NOT NULL,
  "imported_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "pool_code_pkey" PRIMARY KEY ("company_id", "provider", "digest")
);

COMMIT;
