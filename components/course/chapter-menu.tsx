'use client';

import { Menu } from '@mantine/core';
import { IconCheck, IconChevronDown } from '@tabler/icons-react';
import Link from 'next/link';
import { useTranslations } from 'use-intl';
import classes from './chapter-menu.module.css';
import type { ChapterPlace } from './learn-props.ts';
import { countDone, type ProgressByStep } from './progress-rules.ts';

type ChapterMenuProps = { place: ChapterPlace; classroomId: string; progress: ProgressByStep };

export const chapterHref = (courseId: string, chapterId: string, classroomId: string) =>
  `/learn/${courseId}/${chapterId}?class=${encodeURIComponent(classroomId)}`;

/** Course and chapter; opens the list of chapters with how far each is. */
export function ChapterMenu({ place, classroomId, progress }: ChapterMenuProps) {
  const t = useTranslations('learn');
  return (
    <Menu position="bottom-start" width={340}>
      <Menu.Target>
        <button type="button" className={classes.target}>
          <span className={classes.course}>{place.courseTitle}</span>
          <span className={classes.slash} aria-hidden="true">
            /
          </span>
          <b>
            {place.chapter.number} {place.chapter.title}
          </b>
          <span className="visually-hidden">, {t('chapters')}</span>
          <IconChevronDown size={14} aria-hidden="true" />
        </button>
      </Menu.Target>
      <Menu.Dropdown className={classes.list}>
        {place.chapters.map((chapter) => {
          const { done, total } = countDone(chapter, progress);
          const here = chapter.chapterId === place.chapter.chapterId;
          return (
            <Menu.Item
              key={chapter.chapterId}
              component={Link}
              href={chapterHref(place.courseId, chapter.chapterId, classroomId)}
              data-here={here}
              {...(here ? { 'aria-current': 'page' as const } : {})}
              rightSection={<Standing done={done} total={total} />}
            >
              <span className={classes.number}>{chapter.number}</span>
              {chapter.title}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}

function Standing({ done, total }: { done: number; total: number }) {
  const t = useTranslations('learn');
  return (
    <span className={classes.standing}>
      {total > 0 && done === total ? <IconCheck size={15} aria-hidden="true" /> : null}
      <span className="visually-hidden">{t('progressOf', { done, total })}</span>
      <span aria-hidden="true">
        {done}/{total}
      </span>
    </span>
  );
}
