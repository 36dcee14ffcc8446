import { rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '#server/clock.ts';
import { closeDatabase, openDatabase } from '#server/db.ts';
import { createEngine } from '#server/sandboxes/engine/engine.ts';
import type { EngineOptions } from '#server/sandboxes/engine/engine-plan.ts';
import { leftoversOf } from '#server/sandboxes/engine/leftovers.ts';
import { ensureLabImage } from '#server/sandboxes/images/lab-image.ts';
import { openPoolTargets } from '#server/sandboxes/pool/pool-targets.ts';
import { createMirror } from '#server/sandboxes/registry/mirror.ts';
import { ProductBrowser } from '../../support/product-browser.ts';
import { COURSE, type School, seedSchool } from '../../support/seed-school.ts';
import { databaseOf, newHome } from '../../support/served-product.ts';
import { removeEngine } from '../sandboxes/engine-machine.ts';
import { restoresNewest, running, saving, typing, watching } from './habits.ts';
import { findOrphans } from './orphans.ts';
import { InitedProduct } from './product.ts';
import { Random } from './random.ts';
import { readRecords } from './records.ts';
import { ChaosStudent, type Habit } from './student.ts';
import { judge, type Kill, type Verdict } from './verdict.ts';
import { kill, type Victim } from './victims.ts';

export type LessonOptions = {
  engine: EngineOptions;
  seed: number;
  /** Whom to kill, one after the other. */
  victims: readonly Victim[];
  say: (line: string) => void;
};

const CACHE = process.env.CHAPTERHOUSE_CACHE ?? '/var/cache/chapterhouse';
const WARM = 1;
const LONGEST_CALM_MS = 2_500;
/** Longer than this no kill may keep a student from working. */
const USABLE_WITHIN_MS = 300_000;
/** Looks at what nobody knows come every thirty seconds, and it takes two. */
const SETTLED_WITHIN_MS = 180_000;
const LOOK_MS = 50;

/** A lesson in which one process after the other is killed; then all is counted. Leaves nothing on the machine. */
export async function chaosLesson(options: LessonOptions): Promise<Verdict> {
  const { engine, say } = options;
  await clean(engine);
  const home = newHome();
  try {
    await stockEngine(engine);
    const school = await openSchool(home);
    const product = await InitedProduct.start({
      home,
      env: {
        CHAPTERHOUSE_DRIVER: 'docker',
        CHAPTERHOUSE_ENGINE_HOME: engine.home,
        CHAPTERHOUSE_ENGINE_INDEX: String(engine.index),
        CHAPTERHOUSE_SANDBOX_MEMORY_MIB: '512',
        CHAPTERHOUSE_LOG_LEVEL: 'info',
      },
    });
    try {
      const verdict = await hold(options, { product, school, database: databaseOf(home) });
      await product.stop();
      await clean(engine);
      return { ...verdict, leftBehind: await leftoversOf(engine) };
    } catch (error) {
      say(told(product.output, String(error)));
      throw error;
    } finally {
      await product.stop();
    }
  } finally {
    await clean(engine);
    rmSync(home, { recursive: true, force: true });
  }
}

/** Of what the product said, what speaks of the sandboxes and students that the error names; else its end. */
function told(output: string, error: string): string {
  const names = error.match(/\b(sb-[0-9a-f]{16}|[0-9a-f]{32})\b/g) ?? [];
  const lines = output.split('\n').filter((line) => names.some((name) => line.includes(name)));
  return names.length === 0 ? output.slice(-20_000) : lines.join('\n').slice(-20_000);
}

/** An earlier lesson may have been cut off. */
async function clean(options: EngineOptions): Promise<void> {
  await createMirror(createEngine(options).facts).stop();
  await removeEngine(options);
}

/** With the course's image and the mirror's stand-ins, as an admin has it before the first lesson. */
async function stockEngine(options: EngineOptions): Promise<void> {
  const engine = createEngine(options);
  await engine.start();
  const directory = path.resolve('content', COURSE, 'sandbox');
  const cacheDirectory = path.join(CACHE, 'images');
  await ensureLabImage({ engine, courseId: COURSE, directory, cacheDirectory, pullBase: null });
  const mirror = createMirror(engine.facts);
  await mirror.start();
  await mirror.seed();
  mirror.release();
  engine.release();
}

async function openSchool(home: string): Promise<School> {
  const school = await seedSchool(home);
  await openDatabase({ url: databaseOf(home) });
  await (await openPoolTargets(systemClock)).set(COURSE, WARM).finally(() => closeDatabase());
  return school;
}

type Place = { product: InitedProduct; school: School; database: string };

async function hold({ engine, seed, victims, say }: LessonOptions, place: Place): Promise<Verdict> {
  const { product, database } = place;
  const random = new Random(seed);
  const students = await Promise.all(
    [typing, running(), saving, watching()].map((habit, index) => seated(place, { habit, index, random })),
  );
  const working = students.map((student) => student.work());
  await usable(students, performance.now());
  const kills: Kill[] = [];
  for (const victim of victims) {
    await delay(random.whole(LONGEST_CALM_MS));
    const began = performance.now();
    const at = new Date();
    const ended = await kill(victim, { product, engine, random });
    for (const student of students) student.interrupt();
    const times = await usable(students, performance.now(), began);
    kills.push({ victim, at, ended, times });
    say(`${victim}: all usable after ${Math.round(Math.max(...times))} ms`);
  }
  for (const student of students) student.stop();
  await Promise.all(working);
  for (const student of students) await goBack(student);
  const orphans = await settled(engine, database);
  return judge({ kills, students, orphans, records: await readRecords(database), output: product.output });
}

async function seated(
  { product, school }: Place,
  { habit, index, random }: { habit: Habit; index: number; random: Random },
): Promise<ChaosStudent> {
  const browser = new ProductBrowser(product.url, `127.0.3.${index + 1}`);
  const seat = await browser.join(school.open.code, `Student ${index}`);
  return new ChaosStudent({ url: () => product.url, browser, seat, random, habit });
}

/** Waits until every shell has answered what was typed after a moment; how long each took, counted from `began`. */
async function usable(students: readonly ChaosStudent[], since: number, began = since): Promise<number[]> {
  const times = new Map<ChaosStudent, number>();
  while (times.size < students.length) {
    for (const student of students) {
      if (student.provenAt > since && !times.has(student)) times.set(student, performance.now() - began);
    }
    if (performance.now() - since > USABLE_WITHIN_MS) {
      const faults = students
        .filter((one) => !times.has(one))
        .map(({ place, lastFault }) => `${place}: ${lastFault.slice(0, 3_000)}`);
      throw new Error(`not usable again: ${faults.join('\n')}`);
    }
    await delay(LOOK_MS);
  }
  return [...times.values()];
}

/** Whoever kept states goes back to the newest one, and finds in it what was there. */
async function goBack(student: ChaosStudent): Promise<void> {
  if (student.acknowledged.saved.size === 0) return;
  await student.attend();
  const name = await restoresNewest(student.desk());
  student.leave();
  if (name === null) return;
  await student.attend();
  const { keyboard, lost } = student.desk();
  await keyboard.insist((word) => `echo ${word}-$((40 + 2))`);
  const found = await keyboard.run('cat state');
  if (!found.includes(name)) lost(`what was saved as ${name}`);
  student.leave();
}

/** What is left once the product had its looks at what nobody knows. */
async function settled(engine: EngineOptions, database: string): Promise<string[]> {
  const end = Date.now() + SETTLED_WITHIN_MS;
  for (;;) {
    const { sandboxes, saved } = await readRecords(database);
    const isMoving = sandboxes.some(({ phase }) => phase !== 'ready' && phase !== 'gone');
    const ready = sandboxes.filter(({ phase }) => phase === 'ready').flatMap(({ ref }) => ref ?? []);
    const kept = saved.filter(({ state }) => state === 'ready').flatMap(({ ref }) => ref ?? []);
    const orphans = await findOrphans(engine, { ready, saved: kept });
    if ((orphans.length === 0 && !isMoving) || Date.now() > end) return orphans;
    await delay(1_000);
  }
}
