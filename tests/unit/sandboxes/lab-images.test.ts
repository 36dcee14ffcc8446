import { expect, test } from 'vitest';
import type { LabImage } from '#server/sandboxes/images/lab-image.ts';
import { estimatedPercent, LabImages, type LabImagesOptions } from '#server/sandboxes/images/lab-images.ts';

const IMAGE: LabImage = { tag: 'lab:1', digest: '1', sizeBytes: 5, source: 'built' };

function images(make: LabImagesOptions['make'], options: Partial<LabImagesOptions> = {}) {
  let time = 0;
  const made = new LabImages({
    courseIds: ['virtualization'],
    make,
    earlier: async () => null,
    removeOld: async () => undefined,
    now: () => new Date(time),
    ...options,
  });
  return { made, pass: (ms: number) => (time += ms), view: () => made.views()[0] };
}

test('an estimate grows, and never claims the end', () => {
  expect(estimatedPercent(0, 60)).toBe(0);
  expect(estimatedPercent(60, 60)).toBe(50);
  expect(estimatedPercent(6000, 60)).toBeLessThan(100);
});

test('how far a build is grows through its parts, and its lines are kept and told', async () => {
  const seen: (number | null)[] = [];
  const lines: string[] = [];
  const { made, pass, view } = images(async (_courseId, { onProgress }) => {
    onProgress({ phase: 'base', percent: null, line: 'one' });
    pass(60_000);
    onProgress({ phase: 'base', percent: null, line: 'two' });
    onProgress({ phase: 'build', percent: 50, line: 'three' });
    return IMAGE;
  });
  made.onChange((change) => {
    seen.push(made.status(change.courseId).percent);
    lines.push(...change.lines);
  });
  made.ensureAll();
  await made.dispose();
  const told = seen.filter((percent) => percent !== null);
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  expect(new Set(told).size).toBeGreaterThan(2);
  expect(lines).toEqual(['one', 'two', 'three']);
  expect(view()).toMatchObject({ phase: 'ready', percent: 100, tag: 'lab:1', log: ['one', 'two', 'three'] });
});

test('a build that fails says why, keeps the image before it, and can be begun again', async () => {
  let broken = false;
  const { made, view } = images(async () => {
    if (broken) throw new Error('outer', { cause: new Error('no space left') });
    return IMAGE;
  });
  const settled = (phase: string) =>
    new Promise<void>((resolve) => {
      const watch = made.onChange(() => {
        if (view()?.phase !== phase) return;
        watch[Symbol.dispose]();
        resolve();
      });
    });
  const first = settled('ready');
  made.ensureAll();
  await first;
  broken = true;
  const second = settled('failed');
  made.rebuild('virtualization');
  await second;
  expect(view()).toMatchObject({ phase: 'failed', error: 'no space left', tag: 'lab:1' });
  broken = false;
  const third = settled('ready');
  // The failed run is over once its turn in the line is.
  await Promise.resolve();
  made.rebuild('virtualization');
  await third;
  expect(view()).toMatchObject({ phase: 'ready', error: null });
});

test('a course whose new image cannot be made goes on with the one before, also after a restart', async () => {
  const fail = async () => {
    throw new Error('the package mirror is away');
  };
  const { made, view } = images(fail, { earlier: async () => 'lab:0' });
  made.ensureAll();
  await made.dispose();
  expect(view()).toMatchObject({ phase: 'failed', tag: 'lab:0', error: 'the package mirror is away' });
});

test('once the new image is there the old ones are cleaned away, and never before', async () => {
  const kept: string[] = [];
  const removeOld = async (_courseId: string, tag: string) => kept.push(tag);
  const failing = images(
    async () => {
      throw new Error('no');
    },
    { removeOld, earlier: async () => 'lab:0' },
  );
  failing.made.ensureAll();
  await failing.made.dispose();
  expect(kept).toEqual([]);
  const { made } = images(async () => IMAGE, { removeOld });
  made.ensureAll();
  await made.dispose();
  expect(kept).toEqual(['lab:1']);
});
