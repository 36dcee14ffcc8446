/** The only file that touches the player. Loaded by the browser alone, when a recording is opened. */
import { create } from 'asciinema-player';
import 'asciinema-player/dist/bundle/asciinema-player.css';
import type { Cast } from '#server/shared/asciicast.ts';
import { PLAYER_THEME } from './player-theme.ts';

const FONT = '"JetBrains Mono Variable"';

export type PlayerOptions = {
  element: HTMLElement;
  cast: Cast;
  /** Shown on the time line, in seconds of this cast. */
  marks: [seconds: number, label: string][];
  speed: number;
  startAt: number;
  plays: boolean;
};

export interface Player {
  seek(seconds: number): void;
  readonly seconds: number;
  dispose(): void;
}

/** Opens the player in the element. Nothing is fetched: the recording is handed in, the player's own code is in its bundle. */
export async function openPlayer(options: PlayerOptions): Promise<Player> {
  const { element, cast, marks, speed, startAt, plays } = options;
  await document.fonts.load(`14px ${FONT}`).catch(() => []);
  const data = [{ version: 2, width: cast.cols, height: cast.rows, theme: PLAYER_THEME }, ...cast.events];
  const player = create({ data, parser: 'asciicast' }, element, {
    markers: marks,
    speed,
    startAt,
    autoPlay: plays,
    preload: true,
    controls: true,
    fit: 'both',
    theme: 'auto/asciinema',
    terminalFontFamily: `${FONT}, monospace`,
    cursorMode: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'steady' : 'blinking',
  });
  return {
    seek: (seconds) => void player.seek(seconds),
    get seconds() {
      return player.getCurrentTime();
    },
    dispose: () => player.dispose(),
  };
}
