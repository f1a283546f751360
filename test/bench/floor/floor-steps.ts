/**
 * The calls of a redemption without an engine. Each is one named statement, one round trip and one durable transaction that makes all
 * the writes of its step. Statements with CTEs and PL/pgSQL functions were measured against each other: equal throughput, the statements
 * with slightly less CPU in the server, and no code to install. `$n` are typed, since pgbench sends text.
 */
export const floorSteps = {
  /** The redemption, its idempotency key and the first event. `$1` redemption, `$2` key, `$3` wallet, `$4` points. */
  request: `
    WITH key AS (
      INSERT INTO floor.idempotency_key (key, redemption_id) VALUES ($2::text, $1::uuid)
    ), event AS (
      INSERT INTO floor.event (wallet_id, redemption_id, type, points)
      VALUES ($3::bigint, $1::uuid, 'RedemptionRequested', $4::bigint)
    )
    INSERT INTO floor.redemption (id, wallet_id, points, status)
    VALUES ($1::uuid, $3::bigint, $4::bigint, 'requested') RETURNING id`,

  /** Locks the wallet, takes the points if there are enough. No row: there were not. `$1` redemption. */
  reserve: `
    WITH held AS (
      UPDATE floor.wallet w
      SET available = available - r.points, reserved = reserved + r.points, version = version + 1
      FROM floor.redemption r
      WHERE r.id = $1::uuid AND r.status = 'requested' AND w.id = r.wallet_id AND w.available >= r.points
      RETURNING w.id AS wallet_id, r.points
    ), redemption AS (
      UPDATE floor.redemption SET status = 'reserved', updated_at = now() FROM held WHERE id = $1::uuid
    )
    INSERT INTO floor.event (wallet_id, redemption_id, type, points)
    SELECT wallet_id, $1::uuid, 'PointsReserved', points FROM held`,

  /** Where the points are burned when an order comes: its arrival, once. `$1` redemption. */
  order: `
    WITH arrived AS (
      INSERT INTO floor.customer_order (redemption_id) VALUES ($1::uuid) RETURNING redemption_id
    )
    INSERT INTO floor.event (wallet_id, redemption_id, type, points)
    SELECT r.wallet_id, r.id, 'OrderArrived', 0 FROM arrived a JOIN floor.redemption r ON r.id = a.redemption_id`,

  /** Burns the points. No row: the redemption holds none. `$1` redemption. */
  commit: `
    WITH redemption AS (
      UPDATE floor.redemption SET status = 'committed', updated_at = now()
      WHERE id = $1::uuid AND status = 'reserved'
      RETURNING wallet_id, points
    ), wallet AS (
      UPDATE floor.wallet w
      SET reserved = reserved - r.points, burned = burned + r.points, version = version + 1
      FROM redemption r WHERE w.id = r.wallet_id
    )
    INSERT INTO floor.event (wallet_id, redemption_id, type, points)
    SELECT wallet_id, $1::uuid, 'RedemptionCommitted', points FROM redemption`,
} as const;

/** The steps of each redemption, in their order. */
export function floorStepsOf({
  extra,
}: {
  readonly extra?: 'order' | undefined;
}): readonly (keyof typeof floorSteps)[] {
  return extra === 'order' ? ['request', 'reserve', 'order', 'commit'] : ['request', 'reserve', 'commit'];
}
