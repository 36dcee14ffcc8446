/**
 * Every refusal a user can act on, and what it means on each door.
 * One table, so that HTTP, the sockets and the message files cannot drift apart.
 */
export const ERROR_TABLE = {
  bad_request: { http: 400, close: 4400 },
  bad_frame: { http: 400, close: 4400 },
  frame_too_large: { http: 413, close: 4413 },
  not_signed_in: { http: 401, close: 4401 },
  wrong_password: { http: 401, close: 4401 },
  password_weak: { http: 400, close: 4400 },
  email_taken: { http: 409, close: 4409 },
  link_used: { http: 410, close: 4410 },
  foreign_origin: { http: 403, close: 4403 },
  not_allowed: { http: 403, close: 4403 },
  not_found: { http: 404, close: 4404 },
  class_code_unknown: { http: 404, close: 4404 },
  class_closed: { http: 410, close: 4410 },
  name_taken: { http: 409, close: 4409 },
  name_invalid: { http: 400, close: 4400 },
  too_many_tries: { http: 429, close: 4429 },
  course_unknown: { http: 404, close: 4404 },
  course_invalid: { http: 500, close: 4500 },
  step_unknown: { http: 404, close: 4404 },
  step_done_for_you: { http: 409, close: 4409 },
  step_unavailable: { http: 409, close: 4409 },
  terminal_unknown: { http: 404, close: 4404 },
  sandbox_capacity: { http: 503, close: 4503 },
  sandbox_starting: { http: 503, close: 4503 },
  sandbox_gone: { http: 410, close: 4410 },
  sandbox_failed: { http: 500, close: 4500 },
  snapshot_quota: { http: 409, close: 4409 },
  snapshot_unknown: { http: 404, close: 4404 },
  snapshot_failed: { http: 500, close: 4500 },
  snapshot_in_use: { http: 409, close: 4409 },
  snapshot_too_large: { http: 409, close: 4409 },
  snapshot_too_deep: { http: 409, close: 4409 },
  replay_failed: { http: 500, close: 4500 },
  archive_invalid: { http: 400, close: 4400 },
  archive_too_large: { http: 413, close: 4413 },
  mirror_busy: { http: 409, close: 4409 },
  disk_full: { http: 507, close: 4507 },
  lifetime_ceiling: { http: 409, close: 4409 },
  limit_out_of_range: { http: 400, close: 4400 },
  lesson_impossible: { http: 400, close: 4400 },
  image_not_built: { http: 503, close: 4503 },
  image_build_failed: { http: 500, close: 4500 },
  engine_down: { http: 503, close: 4503 },
  host_incapable: { http: 503, close: 4503 },
  database_busy: { http: 503, close: 4503 },
  shutting_down: { http: 503, close: 4503 },
  port_closed: { http: 502, close: 4502 },
  port_no_http: { http: 502, close: 4502 },
  preview_lapsed: { http: 401, close: 4401 },
  preview_nowhere: { http: 409, close: 4409 },
  timed_out: { http: 504, close: 4504 },
  internal: { http: 500, close: 4500 },
} as const satisfies Record<string, { http: number; close: number }>;

export type ErrorCode = keyof typeof ERROR_TABLE;

/** True when a string from outside names one of our codes. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERROR_TABLE, value);
}
