import { handOn, readLastCheckpoint, sealCheckpoint } from '#ledger';
import {
  createPool,
  directDatabase,
  sha256,
  UNLIMITED,
  type CheckpointConfig,
  type DatabaseConfig,
  type Logger,
} from '#platform';
import type pg from 'pg';

export interface CheckpointSealerOptions {
  readonly database: DatabaseConfig;
  readonly checkpoint: CheckpointConfig;
  readonly logger: Logger;
}

/** How often it looks whether a checkpoint is due, at the most. */
const LOOK_MS = 60_000;

/**
 * Seals on a schedule, and hands on what it sealed. However many workers there are, a checkpoint is made once in each interval: whoever
 * looks first when one is due. It has a connection of its own, for its statements take as long as they take.
 */
export class CheckpointSealer {
  private readonly pool: pg.Pool;
  private timer: NodeJS.Timeout | undefined;
  private sealing: Promise<void> | undefined;

  constructor(private readonly options: CheckpointSealerOptions) {
    const { database, logger } = options;
    const applicationName = 'holdfast-worker-checkpoints';
    this.pool = createPool(directDatabase(database), {
      applicationName,
      logger,
      limits: UNLIMITED,
      max: 1,
      byIndexOnly: true,
    });
  }

  start(): void {
    const { everySeconds, key } = this.options.checkpoint;
    if (everySeconds === 0) return;
    if (key === undefined) {
      this.options.logger.info('CHECKPOINT_KEY is not set: this worker seals no checkpoints.');
      return;
    }
    this.timer = setInterval(() => void this.look(), Math.min(everySeconds * 1_000, LOOK_MS));
    this.timer.unref();
    void this.look();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.sealing;
    await this.pool.end();
  }

  /** Seals if a checkpoint is due. Never rejects: one that could not be made is made at the next look. */
  async look(): Promise<void> {
    this.sealing ??= this.sealIfDue().finally(() => (this.sealing = undefined));
    return this.sealing;
  }

  private async sealIfDue(): Promise<void> {
    const { checkpoint, logger } = this.options;
    const { key, everySeconds } = checkpoint;
    if (key === undefined) return;
    try {
      const last = await readLastCheckpoint(this.pool);
      if (last !== undefined && last.checkpoint.sealedAt / 1_000 > Date.now() - everySeconds * 1_000) return;
      const sealed = await sealCheckpoint({ pool: this.pool, digest: sha256, key });
      if (sealed?.sealed !== true) return;
      const { id, root, streams, changedStreams } = sealed.stored.checkpoint;
      logger.info({ id: String(id), root, streams: String(streams), changed: String(changedStreams) }, 'Sealed.');
      await handOn(sealed.stored, checkpoint);
    } catch (error) {
      logger.warn(
        { err: error },
        'A checkpoint could not be made or handed on; the next one covers what it would have.',
      );
    }
  }
}
