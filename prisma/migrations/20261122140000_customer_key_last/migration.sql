-- Of indexes that look equally good to the planner, as all do on a table without statistics, it takes the newest. Since the customers got
-- other indexes, a customer was looked up by its wallet's, which walks over the whole company: the primary key comes last again.

BEGIN;

ALTER TABLE "customer" DROP CONSTRAINT "customer_pkey";
ALTER TABLE "customer" ADD CONSTRAINT "customer_pkey" PRIMARY KEY ("company_id", "id");

COMMIT;
