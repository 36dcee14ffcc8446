'use client';

import { useState } from 'react';
import { useTranslations } from 'use-intl';
import classes from './search-bar.module.css';

type Way = 'next' | 'previous';
type SearchBarProps = { onSearch: (text: string, way: Way) => boolean; onEnd: () => void };

export function SearchBar({ onSearch, onEnd }: SearchBarProps) {
  const t = useTranslations('terminal');
  const [text, setText] = useState('');
  const [found, setFound] = useState(true);
  const look = (wanted: string, way: Way) => setFound(wanted === '' || onSearch(wanted, way));
  return (
    <search className={classes.bar}>
      <input
        // biome-ignore lint/a11y/noAutofocus: the bar opens because its key or button was pressed
        autoFocus
        type="text"
        value={text}
        aria-label={t('searchLabel')}
        placeholder={t('searchLabel')}
        onChange={(event) => {
          setText(event.target.value);
          look(event.target.value, 'next');
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') look(text, event.shiftKey ? 'previous' : 'next');
          if (event.key === 'Escape') onEnd();
        }}
      />
      <span role="status">{found ? '' : t('notFound')}</span>
      <button type="button" onClick={() => look(text, 'previous')}>
        {t('previous')}
      </button>
      <button type="button" onClick={() => look(text, 'next')}>
        {t('next')}
      </button>
      <button type="button" onClick={onEnd}>
        {t('close')}
      </button>
    </search>
  );
}
