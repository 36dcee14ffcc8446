import { z } from 'zod';
import type { ErrorCode } from '#server/shared/error-codes.ts';

const joined = z.object({ enrollmentId: z.string(), courseId: z.string(), returnLink: z.string() });
export type Joined = z.infer<typeof joined>;
export const readJoined = (value: unknown): Joined => joined.parse(value);

/** Which field a refusal is about; null stands under the button. */
export function fieldOf(code: ErrorCode | 'lost'): 'code' | 'name' | null {
  if (code === 'class_code_unknown' || code === 'class_closed') return 'code';
  return code === 'name_taken' || code === 'name_invalid' ? 'name' : null;
}
