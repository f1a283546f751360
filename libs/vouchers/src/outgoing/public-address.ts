import ipaddr from 'ipaddr.js';

/** What IANA has given out for the public Internet (RFC 4291 §2.4 and the IPv6 address space registry). */
const GLOBAL_V6 = ipaddr.parseCIDR('2000::/3');

/**
 * Whether an address, as the system's resolver or `URL` writes it, is one host on the public Internet. Everything else is refused:
 * private, loopback, link-local, shared (RFC 6598), multicast, reserved and documentation ranges, and every IPv6 range that wraps an
 * IPv4 address (mapped, 6to4, NAT64, Teredo), since what is inside may be any of the former.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || parsed.match(GLOBAL_V6);
}
