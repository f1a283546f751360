-- Whose wallet it is, found from the wallet: lists join this way, and the rebuild of projections takes the customer from here. Unique,
-- because a wallet is one customer's. Partial, though no row is left out: on a database without statistics the planner would else take it for
-- look-ups by the customer's id, and walk over the whole company.

BEGIN;

CREATE UNIQUE INDEX "customer_company_id_wallet_id_key" ON "customer" ("company_id", "wallet_id") WHERE "wallet_id" IS NOT NULL;

COMMIT;
