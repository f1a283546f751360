-- The catalogue: what may be redeemed, what money earns, and how much of an option's limits is taken. The counters are folded from
-- events like every inline projection; the two other tables are what people wrote.

BEGIN;

CREATE TABLE "reward_option" (
  "company_id" INTEGER NOT NULL,
  "id" INTEGER NOT NULL,
  "name" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "cost_points" BIGINT,
  "min_points" BIGINT,
  "max_points" BIGINT,
  "step_points" BIGINT,
  "points_per_unit" DECIMAL(15,4),
  "rounding" TEXT,
  "currency" TEXT NOT NULL,
  "discount_type" TEXT NOT NULL,
  "discount_value" DECIMAL(15,4) NOT NULL,
  "voucher_provider" TEXT,
  "voucher_prefix" TEXT,
  "expiration_preset" TEXT,
  "starts_at" TIMESTAMPTZ(3),
  "ends_at" TIMESTAMPTZ(3),
  "minimum_purchase_amount" DECIMAL(15,4),
  "tiers" TEXT[],
  "tags" TEXT[],
  "first_purchase_only" BOOLEAN NOT NULL,
  "weekdays" INTEGER[],
  "time_zone" TEXT NOT NULL,
  "stock" BIGINT,
  "per_customer_limit" BIGINT,
  "per_period_limit" BIGINT,
  "limit_period" TEXT,
  "limits_return_on_refund" BOOLEAN NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "disabled_at" TIMESTAMPTZ(3),
  CONSTRAINT "reward_option_pkey" PRIMARY KEY ("company_id", "id")
);

CREATE TABLE "point_conversion" (
  "company_id" INTEGER NOT NULL,
  "id" INTEGER NOT NULL,
  "currency_amount" DECIMAL(15,4) NOT NULL,
  "points" BIGINT NOT NULL,
  CONSTRAINT "point_conversion_pkey" PRIMARY KEY ("company_id", "id")
);

CREATE TABLE "option_counter" (
  "company_id" INTEGER NOT NULL,
  "counter" TEXT NOT NULL,
  "taken" BIGINT NOT NULL,
  CONSTRAINT "option_counter_pkey" PRIMARY KEY ("company_id", "counter")
);

COMMIT;
