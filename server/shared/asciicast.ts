/** Recordings as asciicast v2: a header line, then one JSON array a line. https://docs.asciinema.org/manual/asciicast/v2/ */

/** What happened at a moment. The words after `$` and the step's key are all that a mark carries. */
export type CastMark =
  | { kind: 'began' | 'passed' | 'failed'; stepKey: string }
  | { kind: 'command'; command: string }
  /** Output was left out here: the disk was too slow. */
  | { kind: 'gap' }
  /** The recording was full: no output after this was kept. */
  | { kind: 'cut' };

/** What a shell printed (`o`) or the size of its window as `80x24` (`r`), in seconds since the beginning. */
export type CastEvent = [seconds: number, code: 'o' | 'r', data: string];
export type PlacedMark = { seconds: number; mark: CastMark };

export type Cast = {
  cols: number;
  rows: number;
  events: CastEvent[];
  marks: PlacedMark[];
  /** Of the last line. */
  seconds: number;
};

/** The longest label: a line of the list, not a program. */
const LABEL_LENGTH = 120;
const GAP = 'gap: output was left out here';
const CUT = 'cut: the recording is full';

/** The mark as other players show it; `readMark` reads it back. */
export function markLabel(mark: CastMark): string {
  switch (mark.kind) {
    case 'gap':
      return GAP;
    case 'cut':
      return CUT;
    case 'command':
      return `$ ${plain(mark.command)}`;
    default:
      return `${mark.kind} ${plain(mark.stepKey)}`;
  }
}

/** Null for a label that is none of ours. */
export function readMark(label: string): CastMark | null {
  if (label === GAP) return { kind: 'gap' };
  if (label === CUT) return { kind: 'cut' };
  if (label.startsWith('$ ')) return { kind: 'command', command: label.slice(2) };
  const [kind = '', stepKey = ''] = label.split(' ');
  const isStep = kind === 'began' || kind === 'passed' || kind === 'failed';
  return isStep && stepKey !== '' ? { kind, stepKey } : null;
}

/** Student-made words: no control characters, nothing that turns the direction of what follows, and short. */
function plain(text: string): string {
  const clean = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  const shown = [...clean];
  return shown.length > LABEL_LENGTH ? `${shown.slice(0, LABEL_LENGTH - 1).join('')}…` : clean;
}

/**
 * Reads a recording; lines that are no events are passed over, as a server that was killed may have left half a line.
 * Null when it has no header that can be read.
 */
export function parseCast(text: string): Cast | null {
  const [first = '', ...lines] = text.split('\n');
  const header = jsonOf(first);
  const cols = sizeIn(header, 'width');
  const rows = sizeIn(header, 'height');
  if (cols === null || rows === null) return null;
  const cast: Cast = { cols, rows, events: [], marks: [], seconds: 0 };
  for (const line of lines) take(cast, jsonOf(line));
  return cast;
}

function take(cast: Cast, line: unknown): void {
  if (!Array.isArray(line)) return;
  const [seconds, code, data]: unknown[] = line;
  if (typeof seconds !== 'number' || !Number.isFinite(seconds) || typeof data !== 'string') return;
  const at = Math.max(cast.seconds, seconds);
  if (code === 'm') {
    const mark = readMark(data);
    if (mark) cast.marks.push({ seconds: at, mark });
  } else if (code === 'o' || (code === 'r' && /^\d{1,4}x\d{1,4}$/.test(data))) cast.events.push([at, code, data]);
  else return;
  cast.seconds = at;
}

/** The same recording with every pause made at most so long: an hour of thinking is not watched. */
export function shortenPauses(cast: Cast, longestSeconds: number): Cast {
  const times = [...cast.events.map(([at]) => at), ...cast.marks.map(({ seconds }) => seconds)].sort((a, b) => a - b);
  const short = new Map<number, number>();
  let [before, moved] = [0, 0];
  for (const at of times) {
    moved += Math.min(at - before, longestSeconds);
    before = at;
    short.set(at, moved);
  }
  const place = (at: number) => short.get(at) ?? at;
  return {
    ...cast,
    events: cast.events.map(([at, code, data]) => [place(at), code, data]),
    marks: cast.marks.map(({ seconds, mark }) => ({ seconds: place(seconds), mark })),
    seconds: moved,
  };
}

function sizeIn(header: unknown, field: 'width' | 'height'): number | null {
  const size: unknown = Reflect.get(Object(header), field);
  return typeof size === 'number' && Number.isInteger(size) && size >= 1 && size <= 1000 ? size : null;
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
