import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { admitService } from '../migrate/service-role.js';
import { clusterPassword, keepPassword, newPassword, readClusterPassword } from './cluster-password.js';
import { explainDiskFault } from './explain-disk-fault.js';
import { rememberedPort } from './free-port.js';
import { initialiseCluster, isInitialised } from './initialise-cluster.js';
import { launchPostmaster } from './launch-postmaster.js';
import { nativeBinaries } from './native-binaries.js';
import { clearStalePostmaster, findRunningPostmaster } from './running-postmaster.js';
import { serverAccount } from './server-account.js';
import { waitUntilGone } from './server-processes.js';
import { stopPostmaster } from './stop-postmaster.js';

/** The superuser of the cluster, who migrates; the role of API and worker; and the database that Holdfast lives in. */
const OWNER = 'holdfast';
const SERVICE = 'holdfast_service';
const DATABASE = 'holdfast';

export interface EmbeddedPostgresOptions {
  /** Holds the cluster (`postgres/`), its password, port and log; made when absent. */
  readonly dataDir: string;
  /** Server settings (`postgresql.conf` names) beyond the defaults; without effect on a server that already runs. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface EmbeddedPostgres {
  readonly pid: number;
  readonly port: number;
  /** Whether the server was already running, left over by a process that was killed. */
  readonly adopted: boolean;
  /** Settles when the server has ended, whoever ended it. */
  readonly exited: Promise<void>;
  connectionString(database?: string): string;
  /** Stops the server cleanly; resolves when it is gone. */
  stop(): Promise<void>;
}

/**
 * Brings up PostgreSQL 18 under `dataDir`: makes the cluster if there is none, takes over a server that still runs there,
 * starts one otherwise. It listens on 127.0.0.1 alone and asks for a password. The database `holdfast` is made by
 * `ensureDatabase`.
 *
 * @throws EmbeddedPostgresError with one line for a person.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  try {
    return await start(path.resolve(options.dataDir), options.settings ?? {});
  } catch (error) {
    throw explainDiskFault(error, options.dataDir);
  }
}

/** The two roles' addresses of one server. */
export interface FoundPostgres {
  readonly ownerUrl: string;
  /** The owner's, too, until a start has made the services' role. */
  readonly serviceUrl: string;
}

/** The server that runs under `dataDir` now, undefined when none does: for the command line. */
export async function findEmbeddedPostgres(dataDir: string): Promise<FoundPostgres | undefined> {
  const places = placesIn(path.resolve(dataDir));
  const running = await findRunningPostmaster(places.clusterDir);
  const password = await readClusterPassword(places.passwordFile);
  if (running === undefined || password === undefined) return undefined;
  const ownerUrl = addressOf({ port: running.port, user: OWNER, password });
  const servicePassword = await readClusterPassword(places.servicePasswordFile);
  if (servicePassword === undefined) return { ownerUrl, serviceUrl: ownerUrl };
  return { ownerUrl, serviceUrl: addressOf({ port: running.port, user: SERVICE, password: servicePassword }) };
}

/**
 * Makes the role that API and worker log in as, on a server whose database is migrated, also in a folder of an earlier version. Its
 * password is kept like the owner's, and written down only once it holds.
 *
 * @returns the services' address of the database.
 */
export async function openServiceLogin(dataDir: string, server: EmbeddedPostgres): Promise<string> {
  const { servicePasswordFile } = placesIn(path.resolve(dataDir));
  const known = await readClusterPassword(servicePasswordFile);
  const password = known ?? newPassword();
  const serviceUrl = addressOf({ port: server.port, user: SERVICE, password });
  await admitService(server.connectionString(), serviceUrl, known !== undefined);
  if (known === undefined) await keepPassword(servicePasswordFile, password);
  return serviceUrl;
}

async function start(dataDir: string, settings: Readonly<Record<string, string>>): Promise<EmbeddedPostgres> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const { clusterDir, passwordFile, portFile, logFile } = placesIn(dataDir);
  const account = await serverAccount(clusterDir);
  const initialised = await isInitialised(clusterDir);
  const running = initialised ? await findRunningPostmaster(clusterDir) : undefined;
  const password = await clusterPassword(passwordFile);
  const connectionString =
    (port: number) =>
    (database: string = DATABASE) =>
      addressOf({ port, user: OWNER, password, database });
  if (running !== undefined) {
    return {
      ...running,
      adopted: true,
      exited: waitUntilGone(running.pid, clusterDir),
      connectionString: connectionString(running.port),
      stop: () => stopPostmaster(running.pid, clusterDir),
    };
  }
  const binDir = await nativeBinaries(account);
  if (initialised) await clearStalePostmaster(clusterDir);
  else await initialiseCluster({ clusterDir, binDir, account, user: OWNER, password });
  const port = await rememberedPort(portFile);
  const { pid, exited } = await launchPostmaster({ clusterDir, binDir, account, port, logFile, settings });
  const stop = () => stopPostmaster(pid, clusterDir);
  return { pid, port, adopted: false, exited, connectionString: connectionString(port), stop };
}

function placesIn(dataDir: string) {
  return {
    clusterDir: path.join(dataDir, 'postgres'),
    passwordFile: path.join(dataDir, 'postgres-password'),
    servicePasswordFile: path.join(dataDir, 'postgres-service-password'),
    portFile: path.join(dataDir, 'postgres-port'),
    logFile: path.join(dataDir, 'postgres.log'),
  };
}

interface Address {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database?: string;
}

function addressOf({ port, user, password, database = DATABASE }: Address): string {
  return `postgresql://${user}:${password}@127.0.0.1:${port}/${database}`;
}
