import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Actor } from '#server/accounts/permissions.ts';
import { confirmRecording, setClassRecording } from '#server/classrooms/class-recording.ts';
import { recordingRows } from '#server/classrooms/recording-ledger.ts';
import { db } from '#server/db.ts';
import { parseCast } from '#server/shared/asciicast.ts';
import { copySeatId } from '#server/shared/copy-seat.ts';
import type { StepProgressView } from '#server/shared/protocol.ts';
import { Recorder, type RecordingLedger } from '#server/terminals/recording/recorder.ts';
import { recordingPath } from '#server/terminals/recording/recording-files.ts';
import { Retention } from '#server/terminals/recording/retention.ts';
import { SITTING_BREAK_MS } from '#server/terminals/recording/shell-tap.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { NO_HELP } from '../../support/no-help.ts';
import { ScriptedShell } from '../../support/scripted-shell.ts';
import { seatAda } from '../../support/seat-ada.ts';
import { Page, startTerminalServer, type TerminalServer } from '../../support/terminal-server.ts';
import { DATABASES, useTestDatabase } from '../../support/test-database.ts';

const DAY_MS = 24 * 60 * 60_000;
const teacher: Actor = { userId: 'teacher', role: 'teacher', name: 'Teacher' };
const ada: Actor = { userId: 'ada', role: 'student', name: 'Ada' };

const result = (given: Partial<StepProgressView>): StepProgressView => ({
  stepKey: 'docker/first',
  tries: 1,
  passedAt: null,
  outcome: 'failed',
  message: 'no container yet',
  seen: null,
  wanted: null,
  checkedAt: null,
  ...NO_HELP,
  ...given,
});

describe.each(DATABASES)('recording on %s', (kind) => {
  useTestDatabase(kind);
  let folder: string;
  let clock: ManualClock;
  let shell: ScriptedShell;
  let recorder: Recorder;
  let server: TerminalServer;

  const begin = async (ledger: Partial<RecordingLedger> = {}) => {
    recorder = new Recorder({ folder, clock, ledger: { ...recordingRows, ...ledger } });
    // Its heartbeat goes by the real clock: half an hour at a stroke would end every socket.
    server = await startTerminalServer({ openShell: () => shell, tap: recorder.tap.bind(recorder) });
  };
  const turn = async (days: number | null) => {
    const students = await setClassRecording({ actor: teacher, classroomId: 'class', days });
    await recorder.refresh(students.map(({ enrollmentId }) => enrollmentId));
    return students;
  };
  /** A page at the shell, with what the rows say about recording known. */
  const attach = async (query?: string) => {
    const page = await Page.attach(server, query ? { query } : {});
    await recorder.refresh(['ada']);
    return page;
  };
  const confirm = async (days: number) => {
    await confirmRecording({ actor: ada, enrollmentId: 'ada', days });
    await recorder.refresh(['ada']);
  };
  const files = () => readdirSync(folder).sort();
  const rows = () => db().recording.findMany({ orderBy: { startedAt: 'asc' } });
  /** Prints, and waits until the page has it: then the recorder has it as well. */
  const print = async (page: Page, text: string) => {
    shell.print(text);
    await page.sees(text);
  };
  const textOf = async (recordingId: string) => {
    await recorder.read(recordingId);
    return readFileSync(recordingPath(folder, recordingId), 'utf8');
  };
  const castOf = async (recordingId: string) => {
    const cast = parseCast(await textOf(recordingId));
    if (!cast) throw new Error('no recording');
    return cast;
  };
  const onlyRow = async () => {
    const [row, ...more] = await vi.waitUntil(async () => {
      const found = await rows();
      return found.length > 0 && found;
    });
    if (!row || more.length > 0) throw new Error('not one recording');
    return row;
  };

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'chapterhouse-recordings-'));
    clock = new ManualClock();
    shell = new ScriptedShell();
    await seatAda();
  });
  afterEach(async () => {
    await server?.[Symbol.asyncDispose]();
    await recorder?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  test('nothing is kept while the class says nothing', async () => {
    await begin();
    const page = await attach();
    await print(page, 'hello');
    clock.advance(10_000);
    expect(await rows()).toEqual([]);
    expect(files()).toEqual([]);
  });

  test('nothing that was printed before the student confirmed the notice is ever kept', async () => {
    await begin();
    shell.print('from an earlier server ');
    const page = await attach();
    await print(page, 'before the class began ');
    expect(await turn(14)).toEqual([{ enrollmentId: 'ada', notice: { days: 14, told: false } }]);
    await print(page, 'before it was read ');
    expect(await rows()).toEqual([]);
    await confirm(14);
    await print(page, 'after');
    const { id } = await onlyRow();
    expect((await castOf(id)).events.map(([, , data]) => data).join('')).toBe('after');
  });

  test('a student who was told of fewer days than are kept now is asked again first', async () => {
    await begin();
    await turn(7);
    await confirm(7);
    const page = await attach();
    await print(page, 'kept for seven days');
    await turn(14);
    await print(page, ' not kept');
    await confirm(7);
    await print(page, ' nor this');
    const { id, keepDays } = await onlyRow();
    expect(keepDays).toBe(7);
    expect((await castOf(id)).events.map(([, , data]) => data).join('')).toBe('kept for seven days');
  });

  test('turned off it stops at once, and turned on again everybody is asked anew', async () => {
    await begin();
    await turn(14);
    await confirm(14);
    const page = await attach();
    await print(page, 'while it was on');
    const { id } = await onlyRow();
    await turn(null);
    await print(page, 'while it was off');
    await turn(14);
    await print(page, 'before it was read again');
    await vi.waitFor(async () => expect((await onlyRow()).endedAt).not.toBeNull());
    expect((await castOf(id)).events.map(([, , data]) => data).join('')).toBe('while it was on');
  });

  test('an answer from before it was turned off that comes after it is not heard', async () => {
    let release = () => {};
    let late = new Promise<void>((resolve) => {
      release = resolve;
    });
    await begin({
      async permit(seatId) {
        const permit = await recordingRows.permit(seatId);
        await late;
        return permit;
      },
    });
    await setClassRecording({ actor: teacher, classroomId: 'class', days: 14 });
    await confirmRecording({ actor: ada, enrollmentId: 'ada', days: 14 });
    const page = await Page.attach(server);
    const slow = late;
    late = Promise.resolve();
    await turn(null);
    release();
    await slow;
    await print(page, 'hello');
    expect(await rows()).toEqual([]);
  });

  test('what is typed is not kept, what is printed and the window’s size are', async () => {
    await begin();
    await turn(14);
    await confirm(14);
    const page = await attach();
    await print(page, 'Password: ');
    page.type('hunter2\r');
    page.send({ type: 'resize', size: { cols: 100, rows: 30 } });
    await vi.waitFor(() => expect(shell.sizes.at(-1)).toEqual({ cols: 100, rows: 30 }));
    expect(Buffer.concat(shell.typed).toString()).toBe('hunter2\r');
    await print(page, 'welcome');
    const { id } = await onlyRow();
    expect(await textOf(id)).not.toContain('hunter2');
    expect((await castOf(id)).events.map(([, code, data]) => code + data)).toEqual([
      'oPassword: ',
      'r100x30',
      'owelcome',
    ]);
  });

  test('steps and commands leave their marks, and a check that runs again leaves none', async () => {
    await begin();
    await turn(14);
    await confirm(14);
    await db().enrollment.update({ where: { id: 'ada' }, data: { currentStep: 'docker/first' } });
    const page = await attach();
    await print(page, '$ ');
    await print(page, '\x1b]633;E;docker run hello\x07\x1b]133;C\x07done ');
    recorder.stepResult('ada', result({}));
    recorder.stepResult('ada', result({}));
    recorder.stepResult('ada', result({ message: 'the container has another name' }));
    const passedAt = clock.now().toISOString();
    recorder.stepResult('ada', result({ outcome: 'passed', passedAt }));
    recorder.stepResult('ada', result({ outcome: 'passed', passedAt }));
    recorder.atStep('ada', 'docker/second');
    recorder.atStep('ada', 'docker/second');
    recorder.stepResult('ada', result({ stepKey: 'docker/old', outcome: 'passed', passedAt: '2020-01-01T00:00:00Z' }));
    const { id } = await onlyRow();
    expect((await castOf(id)).marks.map(({ mark }) => mark)).toEqual([
      { kind: 'began', stepKey: 'docker/first' },
      { kind: 'command', command: 'docker run hello' },
      { kind: 'failed', stepKey: 'docker/first' },
      { kind: 'failed', stepKey: 'docker/first' },
      { kind: 'passed', stepKey: 'docker/first' },
      { kind: 'began', stepKey: 'docker/second' },
    ]);
    await vi.waitFor(async () => expect((await onlyRow()).steps).toBe('["docker/first","docker/second"]'));
  });

  test('half an hour of quiet ends a sitting, and what comes later is another recording', async () => {
    await begin();
    await turn(14);
    await confirm(14);
    const page = await attach();
    await print(page, 'morning');
    const { id } = await onlyRow();
    clock.advance(SITTING_BREAK_MS + 5000);
    await vi.waitFor(async () => expect((await onlyRow()).endedAt).not.toBeNull());
    await print(page, 'afternoon');
    await vi.waitFor(async () => expect(await rows()).toHaveLength(2));
    const second = (await rows()).find((row) => row.id !== id);
    expect((await castOf(second?.id ?? '')).events).toEqual([[0, 'o', 'afternoon']]);
  });

  test('a teacher’s copy of a sandbox is not recorded', async () => {
    await begin();
    await turn(14);
    await confirm(14);
    const copy = copySeatId({ enrollmentId: 'ada', ownerId: 'teacher' });
    const page = await attach(`enrollment=${copy}`);
    await recorder.refresh([copy]);
    await print(page, 'looking around');
    expect(await rows()).toEqual([]);
  });

  describe('keeping', () => {
    const retention = () =>
      new Retention({
        folder,
        clock,
        rows: recordingRows,
        isWriting: (id) => recorder.isWriting(id),
        removeFile: (id) => recorder.remove(id),
      });
    const recordOne = async () => {
      await begin();
      await turn(14);
      await confirm(14);
      await print(await attach(), 'hello');
      const { id } = await onlyRow();
      shell.exit(0);
      await vi.waitFor(async () => expect((await onlyRow()).endedAt).not.toBeNull());
      return id;
    };

    test('a recording goes when its days are over and not before, file and row', async () => {
      const id = await recordOne();
      const keeping = retention();
      keeping.start();
      clock.advance(14 * DAY_MS - 60_000);
      await keeping.sweep();
      expect(files()).toEqual([`${id}.cast`]);
      clock.advance(60 * 60_000);
      await keeping.sweep();
      expect(files()).toEqual([]);
      expect(await rows()).toEqual([]);
      await keeping.dispose();
    });

    test('it looks by itself every hour', async () => {
      await recordOne();
      const keeping = retention();
      keeping.start();
      clock.advance(14 * DAY_MS + 60 * 60_000);
      await vi.waitFor(() => expect(files()).toEqual([]));
      await keeping.dispose();
    });

    test('fewer days shorten those that are there', async () => {
      await recordOne();
      await turn(1);
      clock.advance(DAY_MS + 1);
      await retention().sweep();
      expect(files()).toEqual([]);
    });

    test('it goes with the student, and with the class', async () => {
      await recordOne();
      await db().enrollment.delete({ where: { id: 'ada' } });
      await retention().sweep();
      expect(files()).toEqual([]);
    });

    test('what a killed server left is given its end, and a row without a file is forgotten', async () => {
      await begin();
      const left = { enrollmentId: 'ada', shell: 'shell-1', startedAt: clock.now(), keepDays: 14 };
      const [there, missing] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];
      for (const recordingId of [there, missing]) await recordingRows.begin({ recordingId, ...left });
      writeFileSync(recordingPath(folder, there), '{"version":2,"width":80,"height":24}\n[1,"o","hal');
      utimesSync(recordingPath(folder, there), clock.now(), clock.now());
      await retention().sweep();
      expect(await rows()).toMatchObject([{ id: there, sizeBytes: 48, endedAt: expect.any(Date) }]);
      expect((await text((await recorder.read(there)).stream())).length).toBe(37);
    });
  });
});
