'use client';

import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { CommandOutput } from './command-marks.ts';

/** More than this nobody listens to: its end is read, and all of it is there as text. */
const SPOKEN_CHARACTERS = 1500;

/** The newest command's output for who listens: said in a live region, or opened as text. */
export function useLastOutput(find: () => CommandOutput | null, say: (words: string) => void) {
  const t = useTranslations('terminal');
  const [spoken, setSpoken] = useState<{ words: string; times: number }>({ words: '', times: 0 });
  const [shown, setShown] = useState<CommandOutput | null>(null);
  const read = () => {
    const output = find();
    const text = output ? output.text || t('outputEmpty') : t('outputNone');
    const words = text.length > SPOKEN_CHARACTERS ? t('outputEnd', { text: text.slice(-SPOKEN_CHARACTERS) }) : text;
    // A live region says what changed: the same words again are a change too.
    setSpoken(({ times }) => ({ words, times: times + 1 }));
    say(output ? t('outputRead') : t('outputNone'));
  };
  const show = () => {
    const output = find();
    if (output) setShown(output);
    else say(t('outputNone'));
  };
  return { spoken, shown, read, show, close: () => setShown(null) };
}
