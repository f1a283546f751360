import { describe, expect, it } from '@jest/globals';
import { isPublicAddress } from './public-address.js';

describe('A public address', () => {
  it.each(['8.8.8.8', '1.1.1.1', '203.0.112.255', '172.32.0.1', '100.128.0.1', '2606:4700:4700::1111', '2a00:1450::1'])(
    'is one like %s',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it.each([
    ['loopback', '127.0.0.1'],
    ['loopback', '127.255.255.254'],
    ['loopback', '::1'],
    ['unspecified', '0.0.0.0'],
    ['this network', '0.1.2.3'],
    ['unspecified', '::'],
    ['private', '10.0.0.1'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['link-local, the clouds’ metadata', '169.254.169.254'],
    ['shared (RFC 6598)', '100.64.0.1'],
    ['shared (RFC 6598)', '100.127.255.255'],
    ['multicast', '224.0.0.1'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['documentation', '192.0.2.1'],
    ['benchmarking', '198.18.0.1'],
    ['mapped private', '::ffff:10.0.0.1'],
    ['mapped loopback in hexadecimal', '::ffff:7f00:1'],
    ['mapped, even of a public one', '::ffff:8.8.8.8'],
    ['compatible (deprecated)', '::127.0.0.1'],
    ['NAT64', '64:ff9b::a00:1'],
    ['NAT64, local', '64:ff9b:1::1'],
    ['translated', '::ffff:0:a00:1'],
    ['6to4', '2002:a00:1::'],
    ['Teredo', '2001::1'],
    ['link-local', 'fe80::1'],
    ['link-local with a zone', 'fe80::1%eth0'],
    ['link-local, the end of the range', 'febf::1'],
    ['site-local (deprecated)', 'fec0::1'],
    ['unique local', 'fc00::1'],
    ['unique local', 'fdff::1'],
    ['multicast', 'ff02::1'],
    ['documentation', '2001:db8::1'],
    ['discard', '100::1'],
    ['not given out', '4000::1'],
    ['no address', 'localhost'],
    ['no address', ''],
    ['no address', '256.1.1.1'],
  ])('is none that is %s: %s', (_, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});
