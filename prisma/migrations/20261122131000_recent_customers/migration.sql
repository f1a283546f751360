-- Customers by when they were last changed, for callers who copy what is new. By whole milliseconds, which is what their cursors keep.
-- Partial, though it leaves nothing out: so no look-up of a customer by id takes it for its first column alone, as a database without
-- statistics would.

BEGIN;

CREATE FUNCTION "millisecond_of"("at" TIMESTAMPTZ) RETURNS TIMESTAMPTZ LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN date_trunc('milliseconds', "at", 'UTC');

CREATE INDEX "customer_recent" ON "customer" ("company_id", "millisecond_of"("updated_at"), "id")
  WHERE "updated_at" IS NOT NULL;

COMMIT;
