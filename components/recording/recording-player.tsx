'use client';

import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Cast } from '#server/shared/asciicast.ts';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { MarkList } from './mark-list.tsx';
import { useMarkWords } from './mark-words.ts';
import type { Player } from './player-screen.ts';
import classes from './recording.module.css';
import { useRecording } from './use-recording.ts';

type RecordingPlayerProps = { recordingId: string; titles: Readonly<Record<string, string>> };

const SPEEDS = [0.5, 1, 2, 4, 8];

/** Plays one recording, with its marks on the time line and beside it as links. */
export function RecordingPlayer({ recordingId, titles }: RecordingPlayerProps) {
  const t = useTranslations('recording');
  const loaded = useRecording(recordingId);
  if (loaded.state === 'failed') return <ErrorNotice code={loaded.code} />;
  if (loaded.state === 'loading') return <p role="status">{t('loading')}</p>;
  if (loaded.cast.events.length === 0) return <p role="status">{t('nothingPrinted')}</p>;
  return <Stage cast={loaded.cast} titles={titles} />;
}

function Stage({ cast, titles }: { cast: Cast; titles: RecordingPlayerProps['titles'] }) {
  const t = useTranslations('recording');
  const wordsOf = useMarkWords(titles);
  const [speed, setSpeed] = useState(1);
  const [start, setStart] = useState({ at: 0, plays: false });
  const element = useRef<HTMLDivElement>(null);
  const player = useRef<Player | null>(null);
  const begin = useEffectEvent(async (host: HTMLElement) => {
    const { openPlayer } = await import('./player-screen.ts');
    // Commands are in the list: on the time line they would hide the steps.
    const shown = cast.marks.filter(({ mark }) => mark.kind !== 'command');
    const marks = shown.map(({ seconds, mark }): [number, string] => [seconds, wordsOf(mark)]);
    return openPlayer({ element: host, cast, marks, speed, startAt: start.at, plays: start.plays });
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the player knows no other speed than that it began with
  useEffect(() => {
    const host = element.current;
    if (!host) return;
    let ended = false;
    void begin(host).then((opened) => {
      if (ended) opened.dispose();
      else player.current = opened;
    });
    return () => {
      ended = true;
      player.current?.dispose();
      player.current = null;
    };
  }, [speed, start]);
  const changeSpeed = (next: number) => {
    setStart({ at: player.current?.seconds ?? 0, plays: true });
    setSpeed(next);
  };
  return (
    <div className={classes.stage}>
      <section className={classes.player} aria-label={t('playerLabel')}>
        <div ref={element} className={classes.screen} />
        <label className={classes.speed}>
          {t('speed')}
          <select value={speed} onChange={(event) => changeSpeed(Number(event.currentTarget.value))}>
            {SPEEDS.map((one) => (
              <option key={one} value={one}>
                {t('times', { speed: one })}
              </option>
            ))}
          </select>
        </label>
      </section>
      <MarkList marks={cast.marks} wordsOf={wordsOf} onGo={(seconds) => player.current?.seek(seconds)} />
    </div>
  );
}
