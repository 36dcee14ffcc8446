/** What is typed and printed in every measurement: a run on a small machine may ask for less. */
export const KEYS = Number(process.env.CHAPTERHOUSE_BENCH_KEYS ?? 300);
export const TIMES = Number(process.env.CHAPTERHOUSE_BENCH_TIMES ?? 20);
export const IDLE_SHELLS = Number(process.env.CHAPTERHOUSE_BENCH_SHELLS ?? 300);

const MEGABYTES = Number(process.env.CHAPTERHOUSE_BENCH_MEGABYTES ?? 100);
const LINE = '2026-01-05T10:00:00.000Z info request 4711 GET /api/courses/virtualization 200 in 12 ms';

/** A log as programs write it. */
export const LOG = {
  megabytes: MEGABYTES,
  path: (folder: string) => `${folder}/bench.log`,
  /** Followed by where: writes it with a shell's own tools. */
  make: `f() { yes '${LINE}' | head -c ${MEGABYTES * 1_000_000} > "$1"; }; f`,
};

export type Pause = () => Promise<void>;

/** As a person types, only faster: never in step with a timer of ours. */
export function pauseBetweenKeys(): Pause {
  return () => new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 20));
}
