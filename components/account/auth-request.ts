import { type ErrorCode, isErrorCode } from '#server/shared/error-codes.ts';

export type AuthAnswer<T> = { ok: true; value: T } | { ok: false; code: ErrorCode } | { ok: false; code: 'lost' };

type AuthRequest<T> = { path: string; body: unknown; read: (value: unknown) => T };

/** Asks one of the sign-in endpoints. `lost` means that no answer came: nothing is known to have happened. */
export async function authRequest<T>({ path, body, read }: AuthRequest<T>): Promise<AuthAnswer<T>> {
  const answer = await post(path, body);
  if (!answer) return { ok: false, code: 'lost' };
  const json: unknown = await answer.json().catch(() => null);
  if (!answer.ok) return { ok: false, code: refusalCode(answer.status, json) };
  return { ok: true, value: read(json) };
}

/** Our own code when the answer names one; the sign-in library's words are told by the status. */
export function refusalCode(status: number, json: unknown): ErrorCode {
  const code = typeof json === 'object' && json !== null && 'code' in json ? json.code : null;
  if (isErrorCode(code)) return code;
  if (typeof code === 'string' && isErrorCode(code.toLowerCase()))
    return refusalCode(status, { code: code.toLowerCase() });
  if (status === 401) return 'wrong_password';
  if (status === 403) return 'not_allowed';
  if (status === 429) return 'too_many_tries';
  return status === 400 || status === 422 ? 'bad_request' : 'internal';
}

const post = (path: string, body: unknown): Promise<Response | null> =>
  fetch(`/api/auth${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => null);
