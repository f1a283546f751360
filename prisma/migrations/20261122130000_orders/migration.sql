-- Orders are facts that shops tell us, each once under its own id: what they carried, what it cost, what was given back. Beside them
-- what callers look customers and redemptions up by: e-mail, phone, till's account, document; and the small integers that some
-- dialects call a redemption by.

BEGIN;

CREATE TABLE "purchase_order" (
  "company_id" INTEGER NOT NULL,
  "id" TEXT NOT NULL,
  "customer_id" TEXT NOT NULL,
  "wallet_id" UUID NOT NULL,
  "dialect" TEXT NOT NULL,
  "total_cents" BIGINT NOT NULL,
  "currency" TEXT NOT NULL,
  "placed_at" TIMESTAMPTZ(6) NOT NULL,
  "received_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "applied_at" TIMESTAMPTZ(6),
  "refunded_cents" BIGINT,
  CONSTRAINT "purchase_order_pkey" PRIMARY KEY ("company_id", "id")
);

CREATE INDEX "purchase_order_customer" ON "purchase_order" ("company_id", "customer_id", "placed_at");
CREATE INDEX "purchase_order_unfinished" ON "purchase_order" ("received_at") WHERE "applied_at" IS NULL;

CREATE TABLE "purchase_order_code" (
  "company_id" INTEGER NOT NULL,
  "order_id" TEXT NOT NULL,
  "redemption_id" UUID NOT NULL,
  "recovery_id" UUID NOT NULL,
  "paying_id" UUID,
  "points" BIGINT NOT NULL DEFAULT 0,
  CONSTRAINT "purchase_order_code_pkey" PRIMARY KEY ("company_id", "order_id", "redemption_id")
);

CREATE TABLE "purchase_order_refund" (
  "company_id" INTEGER NOT NULL,
  "order_id" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "id" TEXT NOT NULL,
  "amount_cents" BIGINT NOT NULL,
  "received_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "done_at" TIMESTAMPTZ(6),
  CONSTRAINT "purchase_order_refund_pkey" PRIMARY KEY ("company_id", "order_id", "kind", "id")
);

CREATE INDEX "purchase_order_refund_unfinished" ON "purchase_order_refund" ("received_at") WHERE "done_at" IS NULL;

CREATE TABLE "purchase_order_refund_part" (
  "company_id" INTEGER NOT NULL,
  "order_id" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "refund_id" TEXT NOT NULL,
  "redemption_id" UUID NOT NULL,
  "points" BIGINT NOT NULL,
  "key_digest" TEXT NOT NULL,
  CONSTRAINT "purchase_order_refund_part_pkey" PRIMARY KEY ("company_id", "order_id", "kind", "refund_id", "redemption_id")
);

CREATE TABLE "dialect_redemption" (
  "company_id" INTEGER NOT NULL,
  "dialect" TEXT NOT NULL,
  "dialect_id" INTEGER NOT NULL,
  "redemption_id" UUID NOT NULL,
  CONSTRAINT "dialect_redemption_pkey" PRIMARY KEY ("company_id", "dialect", "dialect_id")
);

CREATE SEQUENCE "yotpo_redemption_id" AS INTEGER NO CYCLE;
CREATE SEQUENCE "bonifiq_point_id" AS INTEGER NO CYCLE;

CREATE FUNCTION "document_key"("document" TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN regexp_replace(upper("document"), '[^0-9A-Z]', '', 'g');

-- Partial, so that no look-up of a customer by id can take one of them for its first column alone.
CREATE INDEX "customer_email" ON "customer" ("company_id", lower("email")) WHERE "email" IS NOT NULL;
CREATE INDEX "customer_phone_number" ON "customer" ("company_id", "phone_number") WHERE "phone_number" IS NOT NULL;
CREATE INDEX "customer_pos_account_id" ON "customer" ("company_id", "pos_account_id") WHERE "pos_account_id" IS NOT NULL;
CREATE INDEX "customer_document" ON "customer" ("company_id", "document_key"("document")) WHERE "document" IS NOT NULL;

COMMIT;
