import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadCourses } from '#server/courses/course-library.ts';
import type { Chapter } from '#server/courses/course-model.ts';
import { checkStep } from '#server/replay/check-step.ts';
import type { Sandbox } from '#server/sandboxes/driver.ts';
import { type Lab, openLab } from '../../support/lab-for-tests.ts';
import { proveChapter, refusesUntouched } from '../../support/prove-chapter.ts';

/** Building the lab image for the first time takes minutes. */
const LAB_TIMEOUT_MS = 900_000;
const PROOF_TIMEOUT_MS = 300_000;

type Told = {
  /** Steps whose page leaves the last move to the student: its commands alone must not pass, its solution must. */
  open?: string[];
  /** Steps that are done on the page and not in the terminal. */
  byHand?: string[];
  /** Other commands that do the same as those of the page. */
  instead: Record<string, string[]>;
};

const CHAPTERS: Record<string, Told> = {
  'what-virtualization-is': {
    instead: {
      'are-you-a-guest': ['systemd-detect-virt -c'],
      'who-is-root-outside': ['cut -c 11-21 /proc/1/uid_map | tee outside'],
    },
  },
  'building-your-own': {
    open: ['repair'],
    instead: {
      from: [
        'mkdir r && cd r && echo "from debian:stable-slim" > recipe',
        'docker build -f recipe -t debian_with_htop .',
      ],
      copy: [
        'echo PS1=mine: > x; echo "ADD x /root/.bashrc" >> recipe',
        'DOCKER_BUILDKIT=0 docker build -f recipe -t debian_with_htop:latest .',
      ],
      run: [
        'echo "RUN apt-get update" >> recipe; echo "RUN apt-get install --yes htop" >> recipe',
        'docker buildx build -f recipe -t debian_with_htop .',
      ],
      use: ['docker run -ti --name mine debian_with_htop htop --version'],
      repair: [
        'cp -r /etc/chapterhouse/recipes/tools mended && cd mended',
        "sed -i 's/^RUN.*/RUN apt-get update; apt-get install -y htop/' Dockerfile; docker build -t tools .",
      ],
    },
  },
  apptainer: {
    instead: {
      run: ['apptainer --silent shell docker://docker.io/library/alpine:latest', 'exit'],
      exec: ['apptainer -q exec -e docker://alpine cat /etc/passwd | head -1'],
      'same-files': ['apptainer exec docker://debian:stable-slim cp /etc/os-release inside.txt'],
      'image-file': ['apptainer build alpine.sif docker://alpine', './alpine.sif -c id'],
    },
  },
  beyond: {
    open: ['final-task'],
    // No command does it; it has a test of its own.
    byHand: ['go-back'],
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
  },
};

let lab: Lab;
const chapters = new Map<string, { english: Chapter; french: Chapter }>();

beforeAll(async () => {
  lab = await openLab();
  const library = await loadCourses(path.resolve('content'));
  expect(library.problems()).toEqual([]);
  for (const chapterId of Object.keys(CHAPTERS)) {
    const english = library.chapter('virtualization', chapterId);
    chapters.set(chapterId, { english, french: library.chapter('virtualization', chapterId, 'fr') });
  }
}, LAB_TIMEOUT_MS);
afterAll(() => lab?.close(), LAB_TIMEOUT_MS);

function written(chapterId: string) {
  const found = chapters.get(chapterId);
  if (!found) throw new Error(`no chapter ${chapterId}`);
  return found;
}

function typed(chapterId: string, byHand: readonly string[]): Chapter {
  const { english } = written(chapterId);
  return { ...english, steps: english.steps.filter(({ stepId }) => !byHand.includes(stepId)) };
}

describe.each(Object.entries(CHAPTERS))('the chapter %s', (chapterId, { open = [], byHand = [], instead }) => {
  test('no check passes where nothing was done, in neither language', { timeout: PROOF_TIMEOUT_MS }, async () => {
    const sandbox = await lab.freshSandbox();
    const { english, french } = written(chapterId);
    expect(french.language).toBe('fr');
    for (const one of [english, french]) {
      const { flaws, checkMs } = await refusesUntouched(one, sandbox);
      expect(flaws).toEqual([]);
      expect(Object.keys(checkMs)).toHaveLength(one.steps.filter((step) => step.check).length);
    }
  });

  test('each step is refused, refuses its wrong answers, and passes by the commands of the page', {
    timeout: PROOF_TIMEOUT_MS,
  }, async () => {
    const chapter = typed(chapterId, byHand);
    const left = chapter.steps.filter(({ stepId }) => open.includes(stepId));
    const finished = Object.fromEntries(
      left.map((step) => [step.stepId, [...step.commands, ...step.solutionCommands]]),
    );
    const sandbox = await lab.freshSandbox();
    const { flaws } = await proveChapter({ chapter, sandbox, way: 'page', instead: finished });
    expect(flaws).toEqual([]);
  });

  test('each step passes by its solution alone, or by other commands that do the same', {
    timeout: PROOF_TIMEOUT_MS,
  }, async () => {
    const chapter = typed(chapterId, byHand);
    for (const other of [{}, instead]) {
      const sandbox = await lab.freshSandbox();
      const { flaws } = await proveChapter({ chapter, sandbox, way: 'solution', instead: other });
      expect(flaws).toEqual([]);
    }
  });
});

test('who goes back to a saved state has done the last step; who writes the file again has not', {
  timeout: PROOF_TIMEOUT_MS,
}, async () => {
  const { english } = written('beyond');
  const saving = english.steps.filter(({ stepId }) => stepId === 'save-a-state');
  const check = english.steps.find(({ stepId }) => stepId === 'go-back')?.check;
  if (!check) throw new Error('the step has no check');
  const ask = (sandbox: Sandbox) => checkStep({ check, sandbox, language: 'en', commands: [] });

  const before = await lab.freshSandbox();
  const { flaws } = await proveChapter({ chapter: { ...english, steps: saving }, sandbox: before, way: 'page' });
  expect(flaws).toEqual([]);
  const kept = await before.snapshot(`prove-${randomUUID()}`);
  expect(await ask(before)).toMatchObject({ outcome: 'failed', message: expect.stringContaining('written again') });
  expect(await ask(await lab.freshSandbox(kept))).toMatchObject({ outcome: 'passed' });
});
