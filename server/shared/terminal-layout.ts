/** How a student's shells stand on their page: kept with the enrollment, so that every device shows the same. */
import { z } from 'zod';

export const MOST_SHELLS = 4;
export const MAX_SHELL_NAME = 32;

const shellId = z.string().regex(/^shell-[1-4]$/);

/** A name of null: called by its number. */
export const shellList = z
  .array(z.strictObject({ shell: shellId, name: z.string().trim().min(1).max(MAX_SHELL_NAME).nullable() }))
  .min(1)
  .max(MOST_SHELLS);

export const terminalLayout = z
  .strictObject({
    shells: shellList,
    /** What is shown: one, or two beside or above each other. */
    panes: z.array(shellId).min(1).max(2),
    /** The one that has the keyboard. */
    active: shellId,
    way: z.enum(['row', 'column']),
    /** The first pane's share. */
    percent: z.int().min(10).max(90),
  })
  .refine(isConsistent, 'panes are shells, each once, and the active one is among them');
export type TerminalLayout = z.infer<typeof terminalLayout>;

export const FIRST_LAYOUT: TerminalLayout = {
  shells: [{ shell: 'shell-1', name: null }],
  panes: ['shell-1'],
  active: 'shell-1',
  way: 'row',
  percent: 50,
};

function isConsistent(layout: { shells: { shell: string }[]; panes: string[]; active: string }): boolean {
  const known = new Set(layout.shells.map((one) => one.shell));
  const shown = new Set(layout.panes);
  return (
    known.size === layout.shells.length &&
    shown.size === layout.panes.length &&
    layout.panes.every((pane) => known.has(pane)) &&
    shown.has(layout.active)
  );
}

/** What was kept, or the first layout where it cannot be read any more. */
export function readTerminalLayout(text: string | null): TerminalLayout {
  if (text === null) return FIRST_LAYOUT;
  try {
    return terminalLayout.safeParse(JSON.parse(text)).data ?? FIRST_LAYOUT;
  } catch {
    return FIRST_LAYOUT;
  }
}
