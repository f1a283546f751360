import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { isPublicAddress } from './public-address.js';

/** Why a connection was not even tried. The message names the rule, never an address, since it may go to whoever configured the provider. */
export class ForbiddenAddressError extends Error {
  override readonly name = 'ForbiddenAddressError';
  readonly code = 'FORBIDDEN_ADDRESS';
}

/** All addresses of a host name. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

export interface ConnectorOptions {
  /** Whether plain HTTP and addresses that are not public may be used (`OUTGOING_ALLOW_PRIVATE`). */
  readonly allowPrivate: boolean;
  readonly connectTimeoutMs: number;
  /** Instead of the system's resolver. */
  readonly resolve?: Resolve;
}

/** Ports that a provider may listen on besides the ones above 1023, which no other well-known service uses. */
const HTTPS_PORT = 443;
const UNPRIVILEGED_PORT_MIN = 1024;

/**
 * Connects where it is allowed to. Addresses are looked at when a connection is made, on the very list that is then connected to: a
 * name that pointed to a public address when it was configured may point into our own network now.
 */
export function createConnector(options: ConnectorOptions): buildConnector.connector {
  const { allowPrivate, connectTimeoutMs, resolve = resolveBySystem } = options;
  const connect = buildConnector({
    timeout: connectTimeoutMs,
    keepAlive: true,
    // Node gives each address of a name a time of its own (RFC 8305) and asks for all of them at once.
    autoSelectFamily: true,
    lookup: checkedLookup(resolve, allowPrivate),
  });
  return (target, callback) => {
    const [problem] = allowPrivate ? [] : refusals(target);
    if (problem !== undefined) {
      callback(new ForbiddenAddressError(problem), null);
      return;
    }
    connect(target, callback);
  };
}

/** Why requests may not go to an address that somebody configures, as far as it shows without asking for the name's addresses. */
export function refusalsOfAddress({ protocol, hostname, port }: URL): string[] {
  return refusals({ protocol, hostname, port });
}

/** Literal addresses are never looked up, so they are checked here. `URL` has turned 127.1 and 0x7f000001 into 127.0.0.1 before. */
function refusals({
  protocol,
  hostname,
  port,
}: Pick<buildConnector.Options, 'protocol' | 'hostname' | 'port'>): string[] {
  const literal = hostname.replace(/^\[|\]$/g, '');
  const portNumber = port === '' ? HTTPS_PORT : Number(port);
  return [
    ...(protocol === 'https:' ? [] : ['must begin with https://']),
    ...(portNumber === HTTPS_PORT || portNumber >= UNPRIVILEGED_PORT_MIN
      ? []
      : [`its port must be ${HTTPS_PORT}, or ${UNPRIVILEGED_PORT_MIN} or above`]),
    ...(isIP(literal) === 0 || isPublicAddress(literal) ? [] : [NOT_PUBLIC]),
  ];
}

const NOT_PUBLIC = 'must be an address on the public Internet';

/** One address of a name that is not public condemns the name: an honest provider has no such record. */
function checkedLookup(resolve: Resolve, allowPrivate: boolean): LookupFunction {
  return (hostname, { all }, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const [first] = addresses;
        if (first === undefined || (!allowPrivate && !addresses.every(({ address }) => isPublicAddress(address)))) {
          callback(new ForbiddenAddressError(NOT_PUBLIC), []);
        } else if (all === true) {
          callback(null, [...addresses]);
        } else {
          callback(null, first.address, first.family);
        }
      },
      (error: unknown) => {
        callback(error as NodeJS.ErrnoException, []);
      },
    );
  };
}

function resolveBySystem(hostname: string): Promise<readonly LookupAddress[]> {
  return new Promise((resolve, reject) => {
    systemLookup(hostname, { all: true }, (error, addresses) => {
      if (error === null) resolve(addresses);
      else reject(error);
    });
  });
}
