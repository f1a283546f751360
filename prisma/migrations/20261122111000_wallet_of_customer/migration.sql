-- Whose wallet it is, found from the wallet: lists join this way, and the rebuild of projections takes the customer from here. Unique,
-- because a wallet is one customer's.

BEGIN;

CREATE UNIQUE INDEX "customer_company_id_wallet_id_key" ON "customer" ("company_id", "wallet_id");

COMMIT;
