import { expect, test } from 'vitest';
import { nameServers } from '#server/sandboxes/engine/resolvers.ts';

test('name servers are read once each, without comments, options and IPv6', () => {
  const text =
    '# nameserver 1.1.1.1\nsearch example\nnameserver 10.0.0.53\n nameserver 10.0.0.53\nnameserver fd00::1\n';
  expect(nameServers(`${text}nameserver 192.0.2.53 # second\noptions edns0\n`)).toEqual(['10.0.0.53', '192.0.2.53']);
  expect(nameServers('')).toEqual([]);
});
