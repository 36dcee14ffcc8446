import { errorCode } from '#server/errors.ts';
import { log } from '#server/log.ts';
import type { ImagePhase, ImageView } from '#server/shared/views.ts';
import type { BuildPhase, BuildProgress, LabImage } from './lab-image.ts';

const CLEAN_EVERY_MS = 5 * 60_000;
/** Log lines kept of the newest build. */
const LOG_LINES = 400;
/** Where in the whole each part of a build begins and ends, in percent; from builds on two cores. */
const SHARE: Record<BuildPhase, readonly [number, number]> = {
  load: [0, 95],
  base: [0, 45],
  build: [45, 85],
  flatten: [85, 92],
  archive: [92, 99],
  ready: [100, 100],
};

/** Seconds that a part usually takes where nobody can tell how far it is; from builds on two cores. */
const USUAL_S: Record<BuildPhase, number> = { load: 8, base: 60, build: 60, flatten: 10, archive: 10, ready: 1 };

/** An estimate that never stands still and never claims to have ended: half after the usual time. */
export function estimatedPercent(seconds: number, usualSeconds: number): number {
  return (100 * seconds) / (seconds + usualSeconds);
}

export type LabImagesOptions = {
  courseIds: readonly string[];
  /** Finds, loads or builds the image; `force` builds it anew though it is there. */
  make(
    courseId: string,
    run: { force: boolean; signal: AbortSignal; onProgress: (progress: BuildProgress) => void },
  ): Promise<LabImage>;
  /** An earlier image of the course, to go on with when its new one cannot be made. */
  earlier(courseId: string): Promise<string | null>;
  /** Removes what neither a sandbox nor a new one needs any more. */
  removeOld(courseId: string, kept: string): Promise<unknown>;
  now(): Date;
};

export type ImageChange = { courseId: string; lines: string[] };

/** The lab images of this installation: which are there, which are being made, and how that goes. */
export class LabImages {
  readonly #options: LabImagesOptions;
  readonly #views = new Map<string, ImageView>();
  readonly #running = new Map<string, AbortController>();
  readonly #listeners = new Set<(change: ImageChange) => void>();
  /** The part being made, and since when. */
  #part: { phase: BuildPhase; since: number } | null = null;
  readonly #cleaning: NodeJS.Timeout;
  /** One build at a time: two would only slow each other and the lesson. */
  #line: Promise<void> = Promise.resolve();

  constructor(options: LabImagesOptions) {
    this.#options = options;
    for (const courseId of options.courseIds) this.#views.set(courseId, unknownImage(courseId));
    // An old image may go once the last sandbox made from it has gone.
    this.#cleaning = setInterval(() => this.#cleanLater(), CLEAN_EVERY_MS).unref();
  }

  views(): ImageView[] {
    return [...this.#views.values()];
  }

  status(courseId: string): { phase: ImagePhase; percent: number | null } {
    return this.#views.get(courseId) ?? { phase: 'unknown', percent: null };
  }

  /** The name to make sandboxes from. During a rebuild that is the image before it. */
  tag(courseId: string): string | null {
    return this.#views.get(courseId)?.tag ?? null;
  }

  onChange(listener: (change: ImageChange) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }

  /** Makes sure of every course's image, one after the other, in the background. */
  ensureAll(): void {
    for (const courseId of this.#views.keys()) this.#enqueue(courseId, false);
  }

  rebuild(courseId: string): void {
    this.#enqueue(courseId, true);
  }

  async dispose(): Promise<void> {
    clearInterval(this.#cleaning);
    for (const controller of this.#running.values()) controller.abort();
    await this.#line;
  }

  #enqueue(courseId: string, force: boolean): void {
    if (!this.#views.has(courseId) || this.#running.has(courseId)) return;
    const controller = new AbortController();
    this.#running.set(courseId, controller);
    this.#change(courseId, { phase: 'waiting', percent: null, error: null, log: [] });
    this.#line = this.#line
      .then(() => this.#make(courseId, force, controller.signal))
      .then(() => this.#clean(courseId));
  }

  async #make(courseId: string, force: boolean, signal: AbortSignal): Promise<void> {
    const now = () => this.#options.now().toISOString();
    this.#change(courseId, { startedAt: now(), finishedAt: null });
    try {
      const onProgress = (progress: BuildProgress) => this.#progress(courseId, progress);
      const image = await this.#options.make(courseId, { force, signal, onProgress });
      log.info('image.ready', { courseId, tag: image.tag, source: image.source });
      this.#change(courseId, {
        phase: 'ready',
        percent: 100,
        tag: image.tag,
        sizeBytes: image.sizeBytes,
        finishedAt: now(),
      });
    } catch (error) {
      if (!signal.aborted) log.error('image.failed', error, { courseId, code: errorCode(error) });
      const tag = this.tag(courseId) ?? (await this.#options.earlier(courseId).catch(() => null));
      this.#change(courseId, { phase: 'failed', percent: null, tag, error: reasonOf(error), finishedAt: now() });
    } finally {
      this.#running.delete(courseId);
    }
  }

  #cleanLater(): void {
    this.#line = this.#line.then(async () => {
      for (const courseId of this.#views.keys()) await this.#clean(courseId);
    });
  }

  /** Never of a course whose image is not whole: its old one may be all there is. */
  async #clean(courseId: string): Promise<void> {
    const view = this.#views.get(courseId);
    if (view?.phase !== 'ready' || view.tag === null) return;
    await this.#options
      .removeOld(courseId, view.tag)
      .catch((error: unknown) => log.warn('image.not_cleaned', { courseId, reason: String(error) }));
  }

  #progress(courseId: string, { phase, percent, line }: BuildProgress): void {
    if (phase === 'ready') return;
    const [from, to] = SHARE[phase];
    const now = this.#options.now().getTime();
    if (this.#part?.phase !== phase) this.#part = { phase, since: now };
    const done = percent ?? estimatedPercent((now - this.#part.since) / 1000, USUAL_S[phase]);
    const lines = line === '' ? [] : [line];
    const view = this.#views.get(courseId);
    this.#change(
      courseId,
      {
        phase: phase === 'load' ? 'loading' : 'building',
        percent: Math.round(from + (done / 100) * (to - from)),
        log: [...(view?.log ?? []), ...lines].slice(-LOG_LINES),
      },
      lines,
    );
  }

  #change(courseId: string, change: Partial<ImageView>, lines: string[] = []): void {
    const view = this.#views.get(courseId);
    if (!view) return;
    this.#views.set(courseId, { ...view, ...change });
    for (const listener of this.#listeners) listener({ courseId, lines });
  }
}

function unknownImage(courseId: string): ImageView {
  return {
    courseId,
    tag: null,
    phase: 'unknown',
    percent: null,
    startedAt: null,
    finishedAt: null,
    sizeBytes: null,
    error: null,
    log: [],
  };
}

/** The innermost reason: the outer ones only say that the build failed, which the page says already. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message;
}
