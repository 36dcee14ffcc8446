import { expect, test } from 'vitest';
import { hashToken, newToken } from '#server/accounts/tokens.ts';

test('a token has at least 128 random bits, fits in an address, and only its hash is for keeping', () => {
  const made = Array.from({ length: 100 }, newToken);
  expect(new Set(made.map((one) => one.token)).size).toBe(100);
  for (const { token, tokenHash } of made) {
    expect(token).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(Buffer.from(token, 'base64url').length * 8).toBeGreaterThanOrEqual(128);
    expect(tokenHash).toMatch(/^[0-9a-f]{64}$/);
    expect(hashToken(token)).toBe(tokenHash);
  }
});
