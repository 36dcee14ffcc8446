import path from 'node:path';
import { expect, test } from 'vitest';
import { proveChapter } from '#server/authoring/prove/prove-chapter.ts';
import { loadCourses } from '#server/courses/course-library.ts';
import { TypedShell } from '#server/replay/typed-shell.ts';
import { describeChapter, LAB_TIMEOUT_MS } from '../../support/chapter-suite.ts';
import { openLab } from '../../support/lab-for-tests.ts';

describeChapter({
  chapterId: 'docker',
  instead: {
    'find-the-daemon': ['systemctl is-active docker.service'],
    'first-container': ['docker container run --rm -ti alpine sh', 'exit'],
    'become-administrator': [`docker run --rm -v /etc:/mnt alpine:latest sed -i 's/^sudo:.*/&student/' /mnt/group`],
    'background-service': [
      'docker create --name other -p 8787:8787 docker.io/chapterhouse/hello-web:latest',
      'docker start other',
    ],
    'list-containers': ['docker container ls --all | cat'],
    'run-inside': ['docker container exec -it other sh', 'exit'],
    stop: ['docker container kill other'],
    'remove-container': ['docker container prune -f'],
    'remove-image': ['docker image prune --all --force'],
  },
});

test('who has become an administrator is one in the next terminal', { timeout: LAB_TIMEOUT_MS }, async () => {
  const chapter = (await loadCourses(path.resolve('content'))).chapter('virtualization', 'docker');
  const lab = await openLab();
  try {
    const sandbox = await lab.freshSandbox();
    const steps = chapter.steps.filter((step) => step.stepId === 'become-administrator');
    const { flaws } = await proveChapter({ chapter: { ...chapter, steps }, sandbox, way: 'page' });
    expect(flaws).toEqual([]);
    const next = await TypedShell.open(sandbox, { name: 'shell-2' });
    expect(await next.type('sudo id')).toContain('uid=0(root)');
  } finally {
    await lab.close();
  }
});
