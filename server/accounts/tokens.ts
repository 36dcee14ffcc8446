import { createHash, randomBytes } from 'node:crypto';

/** 192 bits: cannot be guessed, still fits on one line of a printed sheet. */
const TOKEN_BYTES = 24;

/** A secret for a link. It is shown once; only its hash is kept. */
export function newToken(): { token: string; tokenHash: string } {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  return { token, tokenHash: hashToken(token) };
}

/** Tokens are looked up by this: a database's comparison then tells nothing about the token itself. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Ids of our own rows. */
export const newId = (): string => randomBytes(16).toString('hex');
