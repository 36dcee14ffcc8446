import { expect, test } from 'vitest';
import { createAutomaticChecks } from '#server/checks/automatic-checks.ts';
import type { CheckRequest } from '#server/checks/runner.ts';
import { createTerminalRegistry } from '#server/terminals/registry.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { ScriptedShell } from '../../support/scripted-shell.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

async function start() {
  const clock = new ManualClock();
  const terminals = createTerminalRegistry({ clock });
  const shell = new ScriptedShell();
  const requests: CheckRequest[] = [];
  const checks = { request: async (request: CheckRequest) => void requests.push(request) };
  const automatic = createAutomaticChecks({ terminals, checks, clock, courseOf: async () => 'c' });
  await terminals.attach({
    seatId: 'ada',
    shell: 'shell-1',
    size: { cols: 80, rows: 24 },
    openShell: async () => shell,
  });
  return { clock, shell, requests, automatic, triggers: () => requests.map((request) => request.trigger) };
}

test('a command that ends asks for a check where the student is', async () => {
  const { shell, requests } = await start();
  shell.print('\x1b]133;A\x07$ \x1b]633;E;ls\x07\x1b]133;C\x07out\r\n\x1b]133;D;0\x07');
  await turn();
  expect(requests).toEqual([{ enrollmentId: 'ada', courseId: 'c', stepKey: null, trigger: 'command' }]);
});

test('a shell that does not tell is looked at once it has got quiet', async () => {
  const { clock, shell, triggers } = await start();
  clock.advance(10_000);
  await turn();
  expect(triggers()).toEqual([]);
  shell.print('$ something\r\n');
  await turn();
  clock.advance(1_000);
  await turn();
  expect(triggers()).toEqual([]);
  clock.advance(1_000);
  await turn();
  expect(triggers()).toEqual(['interval']);
  clock.advance(60_000);
  await turn();
  expect(triggers()).toEqual(['interval']);
});

test('where it never gets quiet, it is looked at every ten seconds', async () => {
  const { clock, shell, triggers } = await start();
  for (let second = 0; second < 30; second += 1) {
    shell.print('more\r\n');
    await turn();
    clock.advance(1_000);
  }
  await turn();
  expect(triggers()).toEqual(['interval', 'interval', 'interval']);
});

test('while a program runs in a shell that tells, its quiet moments are looked at; its end is enough for the rest', async () => {
  const { clock, shell, triggers } = await start();
  shell.print('\x1b]133;A\x07$ \x1b]633;E;docker run -it alpine\x07\x1b]133;C\x07/ # touch x\r\n/ # ');
  await turn();
  clock.advance(2_000);
  await turn();
  expect(triggers()).toEqual(['interval']);
  shell.print('exit\r\n\x1b]133;D;0\x07\x1b]133;A\x07$ ');
  await turn();
  clock.advance(10_000);
  await turn();
  expect(triggers()).toEqual(['interval', 'command']);
});

test('a shell that tells of its prompts needs no slow look', async () => {
  const { clock, shell, triggers } = await start();
  shell.print('\x1b]133;A\x07$ typing');
  await turn();
  clock.advance(10_000);
  await turn();
  expect(triggers()).toEqual([]);
});

test('once let go it asks for nothing', async () => {
  const { shell, automatic, triggers } = await start();
  automatic[Symbol.dispose]();
  shell.print('\x1b]633;E;ls\x07\x1b]133;C\x07\x1b]133;D;0\x07');
  await turn();
  expect(triggers()).toEqual([]);
});
