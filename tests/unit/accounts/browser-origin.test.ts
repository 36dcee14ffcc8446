import { expect, test } from 'vitest';
import { browserOrigin } from '#server/accounts/browser-origin.ts';

const seen = (headers: Record<string, string>, trustProxy = false) =>
  browserOrigin(new Headers(headers), { trustProxy });

test('links name the host that the browser used', () => {
  expect(seen({ host: 'lab.school.test:3000' })).toBe('http://lab.school.test:3000');
  expect(seen({ host: 'lab.school.test', origin: 'https://lab.school.test' })).toBe('https://lab.school.test');
  expect(seen({ host: 'lab.school.test', origin: 'https://evil.test' })).toBe('http://lab.school.test');
  expect(seen({})).toBeNull();
  expect(seen({ host: 'a b' })).toBeNull();
});

test('forwarded words count only where the proxy is trusted, and then the first of them', () => {
  const forwarded = { host: 'inner:3000', 'x-forwarded-host': 'lab.test, inner', 'x-forwarded-proto': 'https, http' };
  expect(seen(forwarded)).toBe('http://inner:3000');
  expect(seen(forwarded, true)).toBe('https://lab.test');
});
