import type { QueuePlace, SandboxView } from '#server/shared/protocol.ts';
import type { StatusTone } from '../ui/status-dot.tsx';
import type { TerminalState } from './terminal-client.ts';

/** A message's key in the area `terminal`, with its values. */
export type Words = { key: string; values?: Record<string, string | number> };

/** What the terminal's foot says about the wire. */
export function connectionWords(state: TerminalState): Words & { tone: StatusTone } {
  switch (state.phase) {
    case 'connecting':
      return { key: 'connecting', tone: 'busy' };
    case 'open':
      return state.latencyMs === null
        ? { key: 'connected', tone: 'ok' }
        : { key: 'connectedIn', values: { ms: roundLatency(state.latencyMs) }, tone: 'ok' };
    case 'waiting':
      return { key: state.code === 'shutting_down' ? 'serverRestarts' : 'reconnecting', tone: 'warn' };
    case 'refused':
      return { key: 'refused', tone: 'bad' };
    case 'exited':
      return { key: 'ended', tone: 'idle' };
  }
}

const roundLatency = (ms: number) => (ms < 10 ? Math.max(0.1, Math.round(ms * 10) / 10) : Math.round(ms));

/** What the pane over the terminal says while there is no sandbox to type into. */
export type PaneWords = {
  kind: 'waiting' | 'gone' | 'trouble';
  title: Words;
  /** Words of the area `terminal`, or an error code's own. */
  text: Words | { errorCode: string };
  /** What became of the files. */
  kept: Words | null;
  percent: number | null;
  offerNew: boolean;
};

/** Errors that end by themselves: no button, the page follows. */
const PASSING = new Set(['engine_down', 'image_not_built', 'sandbox_capacity', 'sandbox_starting', 'shutting_down']);

export function paneWords(view: SandboxView): PaneWords | null {
  if (view.phase === 'ready') return view.replay?.state === 'running' ? replayWords(view.replay) : null;
  const building = view.imagePercent !== null || view.error === 'image_not_built';
  if (building && view.phase !== 'gone') return buildingWords(view.imagePercent);
  const isInQueue = view.error === null || view.error === 'sandbox_capacity';
  if (view.queue && isInQueue) return placeWords(view.queue, view.error);
  if (view.error) return troubleWords(view.error);
  const waiting = { kind: 'waiting', kept: null, percent: null, offerNew: false } as const;
  switch (view.phase) {
    case 'queued':
      return { ...waiting, title: { key: 'queuedTitle' }, text: { key: 'queuedText' } };
    case 'creating':
    case 'booting':
      return { ...waiting, title: { key: `${view.phase}Title` }, text: { key: 'startingText' } };
    case 'ending':
      return { ...waiting, title: { key: 'endingTitle' }, text: { key: 'endingText' } };
    case 'gone':
      return {
        kind: 'gone',
        title: { key: view.ending === 'copy_closed' ? 'copyClosedTitle' : 'goneTitle' },
        text: { key: view.ending ? `gone_${view.ending}` : 'gone_never' },
        kept: keptWords(view),
        percent: null,
        offerNew: view.ending !== 'class_closed',
      };
  }
}

/** The steps before the one that was asked for, done again. */
function replayWords({ done, of }: { done: number; of: number }): PaneWords {
  return {
    kind: 'waiting',
    title: { key: 'replayTitle', values: { done, of } },
    text: { key: 'replayText' },
    kept: null,
    percent: (done / of) * 100,
    offerNew: false,
  };
}

/** Where it stands in the queue, and whether it waits for a seat or for its turn. */
function placeWords({ position, estimateSeconds }: QueuePlace, error: string | null): PaneWords {
  const title = { key: 'placeTitle', values: { position } };
  const kept = error === null ? null : { key: 'placeFull' };
  return { kind: 'waiting', title, text: estimateWords(estimateSeconds), kept, percent: null, offerNew: false };
}

const LONG_SECONDS = 90;

function estimateWords(seconds: number | null): Words {
  if (seconds === null) return { key: 'placeUnknown' };
  if (seconds < LONG_SECONDS) return { key: 'placeSoon', values: { seconds } };
  return { key: 'placeLong', values: { minutes: Math.ceil(seconds / 60) } };
}

/** Endings after which the student holds another sandbox, or knows what became of the old one. */
const KNOWN = new Set(['reset_by_student', 'restored', 'back_to_step', 'copy_closed']);

function keptWords({ ending, savedSnapshotId }: SandboxView): Words | null {
  if (ending === null || KNOWN.has(ending)) return null;
  return { key: savedSnapshotId === null ? 'kept_progress' : 'kept_state' };
}

function buildingWords(percent: number | null): PaneWords {
  const title =
    percent === null
      ? { key: 'imageTitle' }
      : { key: 'imageTitlePercent', values: { percent: Math.floor(Math.min(99, Math.max(0, percent))) } };
  return { kind: 'waiting', title, text: { key: 'imageText' }, kept: null, percent: percent ?? null, offerNew: false };
}

function troubleWords(error: string): PaneWords {
  return {
    kind: 'trouble',
    title: { key: PASSING.has(error) ? 'waitTitle' : 'troubleTitle' },
    text: { errorCode: error },
    kept: null,
    percent: null,
    offerNew: !PASSING.has(error) && error !== 'host_incapable' && error !== 'image_build_failed',
  };
}
