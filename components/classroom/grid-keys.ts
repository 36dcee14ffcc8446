export type CellRef = { enrollmentId: string; column: number };

/** The square an event happened in, told by the attributes it is drawn with. */
export function cellAt(target: EventTarget): CellRef | null {
  if (!(target instanceof Element)) return null;
  const cell = target.closest('td[data-col]');
  const enrollmentId = cell?.closest('tr')?.dataset.row;
  return cell instanceof HTMLElement && enrollmentId ? { enrollmentId, column: Number(cell.dataset.col) } : null;
}

type Place = { row: number; column: number };
type Size = { rows: number; columns: number };
type Key = { key: string; ctrl: boolean };

const PAGE_ROWS = 10;

/** Where a key leads in a grid; null for keys that are not ours. Never leaves the grid. */
export function nextPlace({ row, column }: Place, { rows, columns }: Size, { key, ctrl }: Key): Place | null {
  const to = (toRow: number, toColumn: number): Place => ({
    row: Math.min(rows - 1, Math.max(0, toRow)),
    column: Math.min(columns - 1, Math.max(0, toColumn)),
  });
  switch (key) {
    case 'ArrowUp':
      return to(row - 1, column);
    case 'ArrowDown':
      return to(row + 1, column);
    case 'ArrowLeft':
      return to(row, column - 1);
    case 'ArrowRight':
      return to(row, column + 1);
    case 'PageUp':
      return to(row - PAGE_ROWS, column);
    case 'PageDown':
      return to(row + PAGE_ROWS, column);
    case 'Home':
      return to(ctrl ? 0 : row, 0);
    case 'End':
      return to(ctrl ? rows - 1 : row, columns - 1);
    default:
      return null;
  }
}

type GridKeyEvent = { key: string; ctrlKey: boolean; altKey: boolean; metaKey: boolean; target: EventTarget };

/** Moves the focus; true when the key was ours. */
export function moveInGrid(event: GridKeyEvent): boolean {
  if (event.altKey || event.metaKey || !(event.target instanceof HTMLElement)) return false;
  const from = event.target.closest<HTMLElement>('td[data-col]');
  const rows = [...(from?.closest('tbody')?.rows ?? [])];
  const row = rows.findIndex((one) => one.contains(from));
  if (!from || row < 0) return false;
  const columns = from.parentElement?.querySelectorAll('td[data-col]').length ?? 0;
  const size = { rows: rows.length, columns };
  const next = nextPlace({ row, column: Number(from.dataset.col) }, size, { key: event.key, ctrl: event.ctrlKey });
  if (!next) return false;
  focusCell(rows[next.row]?.querySelector<HTMLElement>(`td[data-col="${next.column}"]`) ?? null);
  return true;
}

/** The grid has one stop for Tab: the square last visited. */
export function focusCell(cell: HTMLElement | null): void {
  if (!cell) return;
  cell.focus({ preventScroll: true });
  cell.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

export function keepTabStop(table: HTMLElement, cell: HTMLElement | null): void {
  for (const other of table.querySelectorAll<HTMLElement>('td[data-col][tabindex="0"]')) {
    if (other !== cell) other.tabIndex = -1;
  }
  if (cell) cell.tabIndex = 0;
}
