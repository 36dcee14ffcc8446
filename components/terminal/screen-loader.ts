import type { Screen, ScreenOptions } from './xterm-screen.ts';

/** xterm needs a document: it is fetched when the first terminal opens, never on the server. */
export async function openScreen(options: ScreenOptions): Promise<Screen> {
  const module = await import('./xterm-screen.ts');
  return module.openScreen(options);
}

export type { Screen };
