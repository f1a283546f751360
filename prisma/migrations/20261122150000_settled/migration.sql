-- Whoever waits for a redemption asks whether it has settled. As a column of its own the question is answered by the row's look-up alone:
-- what is still at its provider is not read, sent and decoded again with every look.

BEGIN;

ALTER TABLE "redemption" ADD COLUMN "settled" BOOLEAN;

UPDATE "redemption" SET "settled" = "status" IN ('committed', 'failed', 'released', 'expired', 'reversed')
  OR ("status" = 'reserved' AND "state"::json ->> 'deduction' = 'order' AND "state"::json #>> '{voucher,state}' IN ('issued', 'used'));

ALTER TABLE "redemption" ALTER COLUMN "settled" SET NOT NULL;

COMMIT;
