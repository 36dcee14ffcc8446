'use client';

import { type ComponentProps, type ReactNode, useCallback, useMemo, useState } from 'react';
import { useFormatter, useLocale, useTranslations } from 'use-intl';
import { ClassLimitsButton, type SaveClassLimits } from '#components/limits/class-limits.tsx';
import { ClassRecordingButton, type SaveClassRecording } from '#components/recording/class-recording.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import type { StudentRow } from '#server/shared/protocol.ts';
import type { RecordingSetting } from '#server/shared/recording-policy.ts';
import type { ActionResult, ClassroomGrid } from '#server/shared/views.ts';
import { BoardButton } from './board.tsx';
import { ClassGrid } from './class-grid.tsx';
import { CloseClassButton } from './close-class.tsx';
import { ConnectionNotice } from './connection-notice.tsx';
import type { OpenCopy } from './copy-sandbox.tsx';
import { EvidencePanel } from './evidence-panel.tsx';
import { type GridColumn, gridColumns } from './grid-columns.ts';
import type { CellRef } from './grid-keys.ts';
import { gridFigures, groupNeeds, needsOf } from './grid-need.ts';
import { type GridSort, gridOrder, heldOrder } from './grid-order.ts';
import { GridToolbar } from './grid-toolbar.tsx';
import { Legend } from './legend.tsx';
import { type LessonActions, LessonsButton } from './lessons.tsx';
import classes from './live-class.module.css';
import { LiveFigures } from './live-figures.tsx';
import { NeedsList } from './needs-list.tsx';
import { rememberView } from './remember-view.ts';
import type { ReadValues } from './student-values.tsx';
import { type ReadRows, useGrid } from './use-grid.ts';
import { NowProvider, useNow } from './use-now.tsx';
import { useSortWords } from './use-sort-words.ts';

export type LiveClassProps = {
  grid: ClassroomGrid;
  /** When the server drew the page. */
  now: string;
  /** Kept in the address, so that a reload before the projector does not show names. */
  hideNames: boolean;
  sort: GridSort;
  joinLink: string;
  readRows: ReadRows;
  closeClass: (classroomId: string) => Promise<ActionResult<null>>;
  limits: ComponentProps<typeof ClassLimitsButton>['limits'];
  saveLimits: SaveClassLimits;
  lessons: LessonActions;
  openCopy: OpenCopy;
  readValues: ReadValues;
  /** Null where the viewer does not teach the class. */
  recording: RecordingSetting | null;
  saveRecording: SaveClassRecording;
  /** Which version of its course the class works with, where it has versions. */
  courseVersion?: ReactNode;
};

/** The live class: figures, who needs a person, the grid. */
export function LiveClass({ now, ...rest }: LiveClassProps) {
  return (
    <NowProvider start={now}>
      <LiveClassScreen {...rest} />
    </NowProvider>
  );
}

function LiveClassScreen({
  grid,
  joinLink,
  readRows,
  closeClass,
  limits,
  saveLimits,
  lessons,
  openCopy,
  readValues,
  recording,
  saveRecording,
  courseVersion,
  ...start
}: Omit<LiveClassProps, 'now'>) {
  const t = useTranslations('teach.grid');
  const sortWords = useSortWords();
  const format = useFormatter();
  const now = useNow();
  const { classroom, course } = grid;
  const live = useGrid(classroom.classroomId, grid.rows, readRows);
  const [hideNames, setHideNames] = useState(start.hideNames);
  const [sort, setSort] = useState(start.sort);
  const [open, setOpen] = useState<CellRef | null>(null);
  const columns = useMemo(() => gridColumns(course), [course]);
  const stepKeys = useMemo(() => columns.map((column) => column.stepKey), [columns]);
  const rows = useMemo(() => [...live.rows.values()], [live.rows]);
  const order = useOrder({ rows, sort, columns, now });
  const groups = useMemo(() => groupNeeds(needsOf(rows, now)), [rows, now]);
  const figures = useMemo(() => gridFigures(rows, stepKeys, now), [rows, stepKeys, now]);

  const { numbers } = live;
  const labelOf = useCallback(
    (row: StudentRow) => (hideNames ? t('student', { number: numbers.get(row.enrollmentId) ?? 0 }) : row.name),
    [hideNames, numbers, t],
  );
  const labelOfId = (id: string) => {
    const row = live.rows.get(id);
    return row ? labelOf(row) : '';
  };
  const openRow = open ? (live.rows.get(open.enrollmentId) ?? null) : null;
  const openStep = (enrollmentId: string, stepKey: string) =>
    setOpen({ enrollmentId, column: Math.max(0, stepKeys.indexOf(stepKey)) });
  const changeView = (hidden: boolean, by: GridSort) => {
    setHideNames(hidden);
    setSort(by);
    order.release();
    rememberView(hidden, by);
  };

  return (
    <div className={classes.screen}>
      <section className={classes.top}>
        <ConnectionNotice lostAt={live.lostAt} refused={live.refused} />
        <div className={classes.heading}>
          <div>
            <h1>{classroom.title}</h1>
            <p>
              {course.title} ·{' '}
              {t('started', {
                date: format.dateTime(new Date(classroom.createdAt), {
                  day: 'numeric',
                  month: 'long',
                  year: 'numeric',
                }),
              })}
            </p>
          </div>
          <div className={classes.headingActions}>
            {classroom.closedAt === null ? (
              <>
                <BoardButton title={classroom.title} code={classroom.code} joinLink={joinLink} />
                {courseVersion}
                <LessonsButton actions={lessons} />
                <ClassLimitsButton limits={limits} saveLimits={saveLimits} />
                {recording ? <ClassRecordingButton recording={recording} save={saveRecording} /> : null}
                <CloseClassButton classroom={classroom} closeClass={closeClass} />
              </>
            ) : null}
          </div>
        </div>
        {classroom.closedAt === null ? null : <p className={classes.closed}>{t('closed')}</p>}
        <LiveFigures figures={figures} looks={groups.reduce((sum, group) => sum + group.needs.length, 0)} />
        <GridToolbar
          sort={sort}
          hideNames={hideNames}
          held={order.held}
          onSort={(by) => changeView(hideNames, by)}
          onHideNames={(hidden) => changeView(hidden, sort)}
        />
      </section>
      <NeedsList
        groups={groups}
        titleOf={(key) => columns[stepKeys.indexOf(key)]?.title ?? key}
        labelOf={labelOfId}
        onOpen={openStep}
      />
      <section className={classes.table}>
        {rows.length === 0 ? (
          <EmptyState
            title={t('empty')}
            action={<BoardButton title={classroom.title} code={classroom.code} joinLink={joinLink} large />}
          >
            {t('emptyLead')}
          </EmptyState>
        ) : (
          <>
            <ClassGrid
              rows={order.ids.map((id) => live.rows.get(id)).filter((row) => row !== undefined)}
              columns={columns}
              labelOf={labelOf}
              sortWords={sortWords(sort)}
              onOpen={setOpen}
              onHold={order.hold}
            />
            <Legend />
          </>
        )}
      </section>
      <EvidencePanel
        row={openRow}
        label={openRow ? labelOf(openRow) : ''}
        column={open?.column ?? 0}
        columns={columns}
        copy={classroom.closedAt === null ? { classroomId: classroom.classroomId, openCopy } : null}
        readValues={readValues}
        recordings={recording !== null}
        onMove={(column) => setOpen((before) => before && { ...before, column })}
        onClose={() => setOpen(null)}
      />
    </div>
  );
}

type UseOrder = { rows: readonly StudentRow[]; sort: GridSort; columns: readonly GridColumn[]; now: number };

/** The order of the rows; while somebody points at them they stay where they are. */
function useOrder(request: UseOrder) {
  const locale = useLocale();
  const { rows, sort, columns, now } = request;
  const wanted = useMemo(() => gridOrder({ rows, sort, columns, now, locale }), [rows, sort, columns, now, locale]);
  const [kept, setKept] = useState<readonly string[] | null>(null);
  const ids = kept ? heldOrder(kept, wanted) : wanted;
  const hold = (held: boolean) => setKept((before) => (held ? (before ?? ids) : null));
  return {
    ids,
    held: kept !== null && ids.some((id, index) => wanted[index] !== id),
    hold,
    release: () => setKept(null),
  };
}
