import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadCourses } from '#server/courses/course-library.ts';
import { checkStep } from '#server/replay/check-step.ts';
import type { Sandbox } from '#server/sandboxes/driver.ts';
import { describeChapter } from '../../support/chapter-suite.ts';
import { openLab } from '../../support/lab-for-tests.ts';
import { proveChapter } from '../../support/prove-chapter.ts';

const LAB_TIMEOUT_MS = 900_000;

describeChapter({
  chapterId: 'beyond',
  onPage: ['go-back'],
  hands: {
    'final-task': () => [
      "mkdir ~/page; cd ~/page; echo 'made by Ada' > index.html",
      "printf '%s\\n' 'FROM chapterhouse/hello-web' 'COPY index.html /www/index.html' > Dockerfile",
      'docker build -t mypage . && docker run -d -p 8080:8787 mypage',
    ],
  },
  instead: {
    'start-times': [
      'time docker container run --rm alpine true; time singularity run docker://alpine -c true',
      `time -p qemu-system-x86_64 -m 96 -nographic -no-reboot -kernel /usr/share/guest/vmlinuz -initrd /usr/share/guest/initrd.img -append 'console=ttyS0 quiet tried'`,
    ],
    'final-task': [
      'mkdir q; cd q; printf "%s\\n" "FROM alpine" "RUN mkdir /s; echo Made by me > /s/index.html" "CMD httpd -f -p 80 -h /s" > Dockerfile',
      'docker build -t mypage . && docker run -d --name any -p 8080:80 mypage:latest',
    ],
    'save-a-state': ['install -D /etc/hostname ~/work/results.txt'],
    'break-it': ['cd; find work -delete'],
  },
});

test('who goes back to a saved state has done the last step; who writes the file again has not', {
  timeout: LAB_TIMEOUT_MS,
}, async () => {
  const chapter = (await loadCourses(path.resolve('content'))).chapter('virtualization', 'beyond');
  const saving = chapter.steps.filter(({ stepId }) => stepId === 'save-a-state');
  const check = chapter.steps.find(({ stepId }) => stepId === 'go-back')?.check;
  if (!check) throw new Error('the step has no check');
  const ask = (sandbox: Sandbox) => checkStep({ check, sandbox, language: 'en', commands: [] });

  await using lab = await openedLab();
  const before = await lab.freshSandbox();
  const { flaws } = await proveChapter({ chapter: { ...chapter, steps: saving }, sandbox: before, way: 'page' });
  expect(flaws).toEqual([]);
  const kept = await before.snapshot(`prove-${randomUUID()}`);
  expect(await ask(before)).toMatchObject({ outcome: 'failed', message: expect.stringContaining('written again') });
  expect(await ask(await lab.freshSandbox({ from: kept }))).toMatchObject({ outcome: 'passed' });
});

async function openedLab() {
  const lab = await openLab();
  return { ...lab, [Symbol.asyncDispose]: () => lab.close() };
}
