-- Checkpoints seal the heads of all streams, so that a tail or a stream that is taken away is found out, and a company's events are
-- read in the order in which they became visible. A checkpoint keeps only the heads that changed since the one before: what it
-- sealed is, of each stream, the newest row up to it.

BEGIN;

CREATE TABLE "checkpoint" (
  "id" BIGINT NOT NULL,
  "sealed_at" TIMESTAMPTZ(6) NOT NULL,
  "root" BYTEA NOT NULL,
  "body" TEXT NOT NULL,
  "signature" BYTEA NOT NULL,
  "public_key" BYTEA NOT NULL,
  CONSTRAINT "checkpoint_pkey" PRIMARY KEY ("id")
);

-- The roots of a company's buckets at a checkpoint that found it changed, 32 bytes each, one after the other.
CREATE TABLE "checkpoint_company" (
  "company_id" INTEGER NOT NULL,
  "checkpoint_id" BIGINT NOT NULL,
  "streams" BIGINT NOT NULL,
  "events" BIGINT NOT NULL,
  "root" BYTEA NOT NULL,
  "buckets" BYTEA NOT NULL,
  CONSTRAINT "checkpoint_company_pkey" PRIMARY KEY ("company_id", "checkpoint_id")
);

-- Hashes don't compress.
ALTER TABLE "checkpoint_company" ALTER COLUMN "buckets" SET STORAGE EXTERNAL;

CREATE TABLE "checkpoint_head" (
  "company_id" INTEGER NOT NULL,
  "bucket" SMALLINT NOT NULL,
  "wallet_id" UUID NOT NULL,
  "checkpoint_id" BIGINT NOT NULL,
  "version" BIGINT NOT NULL,
  "hash" BYTEA NOT NULL,
  CONSTRAINT "checkpoint_head_pkey" PRIMARY KEY ("company_id", "bucket", "wallet_id", "checkpoint_id")
);

-- The feed. The primary key is put up anew after it: while the table has no statistics, the planner takes the newest of the indexes
-- that look equally good, and that has to stay the key of the streams.
CREATE INDEX "event_company_id_transaction_id_position_idx" ON "event" ("company_id", "transaction_id", "position");
ALTER TABLE "event" DROP CONSTRAINT "event_pkey";
ALTER TABLE "event" ADD CONSTRAINT "event_pkey" PRIMARY KEY ("company_id", "wallet_id", "version");

COMMIT;
