-- Events are appended and read, nothing else: the trigger refuses every other change to everybody, the tables' owner included.
-- What the services' role may do besides is granted after every migration (libs/platform/src/migrate/service-role.ts).
-- The encryption keys in use get a table of their own, so that a start can see that one is missing without reading events.

BEGIN;

CREATE TABLE "encryption_key" (
  "id" TEXT NOT NULL,
  "first_used_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "encryption_key_pkey" PRIMARY KEY ("id")
);

-- What was sealed before this table was there. Read before the trigger is made: that locks out writers until the commit.
INSERT INTO "encryption_key" ("id")
SELECT split_part("secret", ':', 1) FROM "company"
UNION SELECT "key_id" FROM "pool_code"
UNION SELECT substring("body" FROM '"keyId":"([^"]+)"') FROM "event"
      WHERE "type" IN ('RedemptionRequested', 'VoucherIssued') AND "body" LIKE '%"keyId":"%';

CREATE FUNCTION "refuse_change_of_events"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'Events are append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER "event_is_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "event"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change_of_events"();

COMMIT;
