import type { LiveEvent, StudentRow } from '#server/shared/protocol.ts';

/** Rows are replaced, never changed: a row that nothing happened to stays the same object and is not drawn again. */
export type GridState = {
  rows: ReadonlyMap<string, StudentRow>;
  /** A student's number while names are hidden: given once, in the order of arrival. */
  numbers: ReadonlyMap<string, number>;
};

export function initialGrid(rows: readonly StudentRow[]): GridState {
  return {
    rows: new Map(rows.map((row) => [row.enrollmentId, row])),
    numbers: new Map(rows.map((row, index) => [row.enrollmentId, index + 1])),
  };
}

/** What a live event makes of the grid; events that are not about students leave it as it is. */
export function applyGridEvent(state: GridState, event: LiveEvent): GridState {
  switch (event.type) {
    case 'student':
      return withRow(state, event.row);
    case 'student_left':
      return withoutRow(state, event.enrollmentId);
    case 'sandbox':
    case 'ports':
    case 'shells':
    case 'step':
    case 'checking':
    case 'recording':
    case 'image':
    case 'system_changed':
    case 'error':
      return state;
  }
}

/** After a lost connection the whole grid is read again; unchanged rows keep their identity. */
export function replaceRows(state: GridState, rows: readonly StudentRow[]): GridState {
  const fresh = new Map(rows.map((row) => [row.enrollmentId, sameOr(state.rows.get(row.enrollmentId), row)]));
  return rows.reduce(withNumber, { rows: fresh, numbers: state.numbers });
}

function withRow(state: GridState, row: StudentRow): GridState {
  const before = state.rows.get(row.enrollmentId);
  const after = sameOr(before, row);
  if (after === before) return state;
  return withNumber({ ...state, rows: new Map(state.rows).set(row.enrollmentId, after) }, row);
}

function withoutRow(state: GridState, enrollmentId: string): GridState {
  if (!state.rows.has(enrollmentId)) return state;
  const rows = new Map(state.rows);
  rows.delete(enrollmentId);
  return { ...state, rows };
}

function withNumber(state: GridState, row: StudentRow): GridState {
  if (state.numbers.has(row.enrollmentId)) return state;
  const next = Math.max(0, ...state.numbers.values()) + 1;
  return { ...state, numbers: new Map(state.numbers).set(row.enrollmentId, next) };
}

function sameOr(before: StudentRow | undefined, after: StudentRow): StudentRow {
  return before && JSON.stringify(before) === JSON.stringify(after) ? before : after;
}
