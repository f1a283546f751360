import {
  ensureDatabase,
  openServiceLogin,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '#platform/embedded-postgres';

import { RestartDelay } from './restart-delay.js';

/** The embedded server, kept running until it is stopped: one that was killed comes back on its port with everything committed. */
export class OwnDatabase {
  private stopping = false;
  private restart: NodeJS.Timeout | undefined;
  private readonly restartDelay = new RestartDelay();

  private constructor(
    private readonly dataDir: string,
    private server: EmbeddedPostgres,
    private readonly onRestart: (what: string) => void,
  ) {
    this.keepRunning();
  }

  /** @throws EmbeddedPostgresError */
  static async start(dataDir: string, onRestart: (what: string) => void): Promise<OwnDatabase> {
    const server = await startEmbeddedPostgres({ dataDir });
    await ensureDatabase(server.connectionString('postgres'), 'holdfast');
    return new OwnDatabase(dataDir, server, onRestart);
  }

  /** Of the role that owns the tables. */
  get ownerUrl(): string {
    return this.server.connectionString();
  }

  /** The address for API and worker, whose role may do less. Call it once the database is migrated. */
  serviceUrl(): Promise<string> {
    return openServiceLogin(this.dataDir, this.server);
  }

  get adopted(): boolean {
    return this.server.adopted;
  }

  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.restart);
    await this.server.stop();
  }

  private keepRunning(): void {
    const startedMs = performance.now();
    void this.server.exited.then(() => {
      if (this.stopping) return;
      this.onRestart('The database ended and is started again.');
      this.restartIn(this.restartDelay.afterRunOf(performance.now() - startedMs));
    });
  }

  private restartIn(delayMs: number): void {
    this.restart = setTimeout(() => {
      startEmbeddedPostgres({ dataDir: this.dataDir }).then(
        (server) => {
          this.server = server;
          if (this.stopping) void server.stop();
          else this.keepRunning();
        },
        (error: unknown) => {
          if (this.stopping) return;
          this.onRestart(error instanceof Error ? error.message : String(error));
          this.restartIn(this.restartDelay.afterRunOf(0));
        },
      );
    }, delayMs);
  }
}
