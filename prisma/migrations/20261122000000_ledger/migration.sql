-- The ledger: events are the only truth; wallets, redemptions, codes, flags and keys are inline projections of them, and
-- saga_work says what is owed when. Balances carry checks because a wrong one must stop a commit, not be reported later.

BEGIN;

CREATE TABLE "company" (
  "id" SERIAL PRIMARY KEY,
  "guid" UUID NOT NULL,
  "name" TEXT NOT NULL,
  "base_currency" TEXT NOT NULL,
  "secret" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE UNIQUE INDEX "company_guid_key" ON "company" ("guid");

CREATE TABLE "api_key" (
  "company_id" INTEGER NOT NULL,
  "id" UUID NOT NULL,
  "prefix" TEXT NOT NULL,
  "hash" BYTEA NOT NULL,
  "name" TEXT NOT NULL,
  "scopes" TEXT[],
  "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "revoked_at" TIMESTAMPTZ(6)
);
CREATE UNIQUE INDEX "api_key_company_id_prefix_key" ON "api_key" ("company_id", "prefix");

CREATE TABLE "customer" (
  "company_id" INTEGER NOT NULL,
  "id" TEXT NOT NULL,
  "wallet_id" UUID NOT NULL,
  "name" TEXT,
  "email" TEXT,
  "phone_number" TEXT,
  "pos_account_id" TEXT,
  "document" TEXT,
  "tier" TEXT,
  "tags" TEXT[],
  "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE "event" (
  "company_id" INTEGER NOT NULL,
  "wallet_id" UUID NOT NULL,
  "version" BIGINT NOT NULL,
  "position" BIGSERIAL NOT NULL,
  "transaction_id" xid8 NOT NULL DEFAULT pg_current_xact_id(),
  "event_id" UUID NOT NULL,
  "redemption_id" UUID,
  "type" TEXT NOT NULL,
  "occurred_at" TIMESTAMPTZ(6) NOT NULL,
  "body" TEXT NOT NULL,
  "hash" BYTEA NOT NULL,
  "available_after" BIGINT NOT NULL,
  "reserved_after" BIGINT NOT NULL,
  "burned_after" BIGINT NOT NULL,
  "points_delta" BIGINT
);

CREATE TABLE "private_text" (
  "company_id" INTEGER NOT NULL,
  "wallet_id" UUID NOT NULL,
  "version" BIGINT NOT NULL,
  "redemption_id" UUID,
  "salt" BYTEA NOT NULL,
  "content" TEXT NOT NULL
);

-- Rows that are updated in place leave room on their page, so that an update touches no index.
CREATE TABLE "wallet" (
  "company_id" INTEGER NOT NULL,
  "id" UUID NOT NULL,
  "customer_id" TEXT NOT NULL,
  "version" BIGINT NOT NULL,
  "head_hash" BYTEA NOT NULL,
  "available" BIGINT NOT NULL CHECK ("available" >= 0),
  "reserved" BIGINT NOT NULL CHECK ("reserved" >= 0),
  "burned" BIGINT NOT NULL CHECK ("burned" >= 0),
  "expired" BIGINT NOT NULL CHECK ("expired" >= 0),
  "earned" BIGINT NOT NULL CHECK ("earned" >= 0),
  "adjusted_up" BIGINT NOT NULL CHECK ("adjusted_up" >= 0),
  "adjusted_down" BIGINT NOT NULL CHECK ("adjusted_down" >= 0),
  "earn_reversed" BIGINT NOT NULL CHECK ("earn_reversed" >= 0),
  "last_occurred_at" TIMESTAMPTZ(6),
  "last_entry_at" TIMESTAMPTZ(6),
  "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "wallet_conserves_points" CHECK (
    "available"::NUMERIC + "reserved" + "burned" + "expired"
      = "earned"::NUMERIC + "adjusted_up" - "adjusted_down" - "earn_reversed"
  )
) WITH (fillfactor = 80);

CREATE TABLE "redemption" (
  "company_id" INTEGER NOT NULL,
  "id" UUID NOT NULL,
  "wallet_id" UUID NOT NULL,
  "status" TEXT NOT NULL,
  "reward_option_id" TEXT NOT NULL,
  "points_committed" BIGINT NOT NULL,
  "points_reversed" BIGINT NOT NULL,
  "requested_at" TIMESTAMPTZ(6) NOT NULL,
  "first_version" BIGINT NOT NULL,
  "last_entry_version" BIGINT,
  "state" TEXT NOT NULL,
  CONSTRAINT "redemption_reverses_at_most_what_it_committed" CHECK ("points_reversed" BETWEEN 0 AND "points_committed")
) WITH (fillfactor = 50);
CREATE INDEX "redemption_company_id_wallet_id_requested_at_idx" ON "redemption" ("company_id", "wallet_id", "requested_at");
CREATE INDEX "redemption_company_id_reward_option_id_requested_at_idx"
  ON "redemption" ("company_id", "reward_option_id", "requested_at");

CREATE TABLE "voucher_code" (
  "company_id" INTEGER NOT NULL,
  "digest" TEXT NOT NULL,
  "redemption_id" UUID NOT NULL
);

CREATE TABLE "flagged_redemption" (
  "company_id" INTEGER NOT NULL,
  "redemption_id" UUID NOT NULL,
  "flagged_at" TIMESTAMPTZ(6) NOT NULL
);

CREATE TABLE "command_key" (
  "company_id" INTEGER NOT NULL,
  "scope" TEXT NOT NULL,
  "key_digest" TEXT NOT NULL,
  "command_digest" TEXT NOT NULL,
  "command_id" UUID NOT NULL,
  "wallet_id" UUID NOT NULL,
  "redemption_id" UUID,
  "version" BIGINT
);

CREATE TABLE "saga_work" (
  "company_id" INTEGER NOT NULL,
  "redemption_id" UUID NOT NULL,
  "wallet_id" UUID NOT NULL,
  "queue" TEXT NOT NULL,
  "due_at" TIMESTAMPTZ(6) NOT NULL,
  "tries" INTEGER NOT NULL DEFAULT 0
) WITH (fillfactor = 50);
CREATE INDEX "saga_work_due_at_idx" ON "saga_work" ("due_at");

CREATE TABLE "voucher_provider" (
  "company_id" INTEGER NOT NULL,
  "name" TEXT NOT NULL,
  "version" BIGINT NOT NULL,
  "kind" TEXT NOT NULL,
  "config" JSONB NOT NULL,
  "is_default" BOOLEAN NOT NULL DEFAULT false,
  "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP
);

-- Primary keys come last: while a table has no statistics yet, the planner takes the newest of the indexes that look equally
-- good, and a plan that is kept from then must not be one that walks over a whole company.
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_pkey" PRIMARY KEY ("company_id", "id");
ALTER TABLE "customer" ADD CONSTRAINT "customer_pkey" PRIMARY KEY ("company_id", "id");
ALTER TABLE "event" ADD CONSTRAINT "event_pkey" PRIMARY KEY ("company_id", "wallet_id", "version");
ALTER TABLE "private_text" ADD CONSTRAINT "private_text_pkey" PRIMARY KEY ("company_id", "wallet_id", "version");
ALTER TABLE "wallet" ADD CONSTRAINT "wallet_pkey" PRIMARY KEY ("company_id", "id");
ALTER TABLE "redemption" ADD CONSTRAINT "redemption_pkey" PRIMARY KEY ("company_id", "id");
ALTER TABLE "voucher_code" ADD CONSTRAINT "voucher_code_pkey" PRIMARY KEY ("company_id", "digest", "redemption_id");
ALTER TABLE "flagged_redemption" ADD CONSTRAINT "flagged_redemption_pkey" PRIMARY KEY ("company_id", "redemption_id");
ALTER TABLE "command_key" ADD CONSTRAINT "command_key_pkey" PRIMARY KEY ("company_id", "scope", "key_digest");
ALTER TABLE "saga_work" ADD CONSTRAINT "saga_work_pkey" PRIMARY KEY ("company_id", "redemption_id");
ALTER TABLE "voucher_provider" ADD CONSTRAINT "voucher_provider_pkey" PRIMARY KEY ("company_id", "name", "version");

COMMIT;
