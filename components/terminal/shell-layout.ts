import { MAX_SHELL_NAME, MOST_SHELLS, type TerminalLayout } from '#server/shared/terminal-layout.ts';

/** The moves that a student makes with their shells. Each answers the layout after it. */

const freeShell = ({ shells }: TerminalLayout): string | undefined =>
  [...Array(MOST_SHELLS).keys()].map((n) => `shell-${n + 1}`).find((id) => !shells.some((one) => one.shell === id));

export const mayAddShell = (layout: TerminalLayout): boolean => freeShell(layout) !== undefined;

/** Brings a shell to the front, in the place of the pane that has the keyboard unless it is shown already. */
export function selectShell(layout: TerminalLayout, shell: string): TerminalLayout {
  if (layout.active === shell) return layout;
  if (layout.panes.includes(shell)) return { ...layout, active: shell };
  return { ...layout, active: shell, panes: layout.panes.map((pane) => (pane === layout.active ? shell : pane)) };
}

export function addShell(layout: TerminalLayout): TerminalLayout {
  const shell = freeShell(layout);
  if (!shell) return layout;
  const shells = [...layout.shells, { shell, name: null }].sort((a, b) => a.shell.localeCompare(b.shell));
  return selectShell({ ...layout, shells }, shell);
}

export function closeShell(layout: TerminalLayout, shell: string): TerminalLayout {
  const shells = layout.shells.filter((one) => one.shell !== shell);
  const last = shells.at(-1);
  if (!last) return layout;
  const left = layout.panes.filter((pane) => pane !== shell);
  const panes = left.length > 0 ? left : [last.shell];
  const active = panes.includes(layout.active) ? layout.active : (panes[0] ?? last.shell);
  return { ...layout, shells, panes, active };
}

/** An empty name gives the number back. */
export function renameShell(layout: TerminalLayout, shell: string, name: string): TerminalLayout {
  const given =
    name
      .replace(/[\p{C}\s]+/gu, ' ')
      .trim()
      .slice(0, MAX_SHELL_NAME)
      .trim() || null;
  return { ...layout, shells: layout.shells.map((one) => (one.shell === shell ? { shell, name: given } : one)) };
}

/** Shows a second shell beside (`row`) or under (`column`) the first: one that is hidden, else a new one. */
export function splitShells(layout: TerminalLayout, way: TerminalLayout['way']): TerminalLayout {
  if (layout.panes.length > 1) return { ...layout, way };
  const hidden = layout.shells.find((one) => !layout.panes.includes(one.shell))?.shell;
  const second = hidden ?? freeShell(layout);
  if (!second) return layout;
  const grown = hidden ? layout : addShell(layout);
  return { ...grown, way, panes: [layout.active, second], active: second };
}

/** One pane again: the one that has the keyboard. */
export const joinPanes = (layout: TerminalLayout): TerminalLayout => ({ ...layout, panes: [layout.active] });

export const otherPane = ({ panes, active }: TerminalLayout): string => panes.find((pane) => pane !== active) ?? active;
