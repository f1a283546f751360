import type pg from 'pg';

/**
 * The floor's own tables, as a competent engineer would lay them out for speed: as few indexes as the steps need, room on the pages for
 * updates in place, no foreign keys, a balance that can't go below zero.
 */
const CREATE_TABLES = `
  CREATE SCHEMA floor;
  CREATE TABLE floor.wallet (
    id bigint PRIMARY KEY,
    available bigint NOT NULL CHECK (available >= 0),
    reserved bigint NOT NULL CHECK (reserved >= 0),
    burned bigint NOT NULL,
    version bigint NOT NULL
  ) WITH (fillfactor = 80);
  CREATE TABLE floor.redemption (
    id uuid PRIMARY KEY,
    wallet_id bigint NOT NULL,
    points bigint NOT NULL,
    status text NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
  ) WITH (fillfactor = 50);
  CREATE TABLE floor.idempotency_key (
    key text PRIMARY KEY,
    redemption_id uuid NOT NULL
  );
  CREATE TABLE floor.customer_order (
    redemption_id uuid PRIMARY KEY,
    arrived_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE TABLE floor.event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    wallet_id bigint NOT NULL,
    redemption_id uuid NOT NULL,
    type text NOT NULL,
    points bigint NOT NULL,
    occurred_at timestamptz NOT NULL DEFAULT now()
  );`;

const FILL_WALLETS = `
  INSERT INTO floor.wallet (id, available, reserved, burned, version)
  SELECT n, $2, 0, 0, 0 FROM generate_series(1, $1::bigint) n`;

export async function createFloor(client: pg.Client, wallets: number, points: number): Promise<void> {
  await client.query(CREATE_TABLES);
  await client.query(FILL_WALLETS, [wallets, points]);
}
