'use client';

import { useTranslations } from 'use-intl';
import classes from './preview.module.css';

/** What awaits behind the code: a chapter's rail of steps beside its terminal. A picture, hidden from screen readers. */
export function Preview() {
  const t = useTranslations('account.preview');
  return (
    <div className={classes.preview} aria-hidden="true">
      <div className={classes.chapter}>
        <p className={classes.title}>{t('title')}</p>
        <ol className={classes.rail}>
          <li data-state="done">
            <i>✓</i>
            {t('first')}
          </li>
          <li data-state="done">
            <i>✓</i>
            {t('second')}
            <span className={classes.verdict}>{t('verdict')}</span>
          </li>
          <li data-state="now">
            <i>3</i>
            {t('third')}
            <span className={classes.command}>
              <b>$</b> docker ps -a
            </span>
          </li>
          <li>
            <i>4</i>
            {t('fourth')}
          </li>
        </ol>
      </div>
      <pre className={classes.terminal}>
        <span>
          <em>student@lab</em>:<b>~</b>$ docker run alpine id
        </span>
        <span>uid=0(root) gid=0(root)</span>
        <span>
          <em>student@lab</em>:<b>~</b>$ docker ps -a
        </span>
        <span>CONTAINER ID IMAGE STATUS</span>
        <span>944aa663b14c alpine Exited (0)</span>
        <span>
          <em>student@lab</em>:<b>~</b>$ <u> </u>
        </span>
      </pre>
    </div>
  );
}
