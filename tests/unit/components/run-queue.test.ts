import { expect, test, vi } from 'vitest';
import { commandLines, RunQueue, type RunState } from '#components/terminal/run-queue.ts';

function shell({ online = true } = {}) {
  const typed: string[] = [];
  const states: RunState[] = [];
  const queue = new RunQueue({
    type: (text) => {
      if (online) typed.push(text);
      return online;
    },
    onState: (state) => states.push(state),
    continueMs: 20,
    interruptMs: 40,
  });
  return { queue, typed, states, last: () => states.at(-1) };
}

test('a command is typed with Enter when the shell waits', () => {
  const { queue, typed } = shell();
  queue.prompt(true);
  queue.run('docker ps');
  expect(typed).toEqual(['docker ps\r']);
});

test('a running program is never typed into without a question', () => {
  const { queue, typed, last } = shell();
  queue.prompt(false);
  queue.run('docker ps');
  expect(typed).toEqual([]);
  expect(last()).toEqual({ phase: 'asking', command: 'docker ps' });
});

test('after the answer the program is interrupted, and the command follows at the prompt', () => {
  const { queue, typed } = shell();
  queue.prompt(false);
  queue.run('docker ps');
  queue.interruptAndRun();
  expect(typed).toEqual(['\x03']);
  queue.prompt(true);
  expect(typed).toEqual(['\x03', 'docker ps\r']);
});

test('a program that does not stop is told, and nothing is typed', async () => {
  const { queue, typed, last } = shell();
  queue.prompt(false);
  queue.run('docker ps');
  queue.interruptAndRun();
  await vi.waitFor(() => expect(last()).toEqual({ phase: 'not_interrupted' }));
  expect(typed).toEqual(['\x03']);
});

test('the next line waits until the one before has ended', () => {
  const { queue, typed } = shell();
  queue.prompt(true);
  queue.run('sleep 9\ndate');
  queue.prompt(false);
  expect(typed).toEqual(['sleep 9\r']);
  queue.prompt(true);
  expect(typed).toEqual(['sleep 9\r', 'date\r']);
});

test('lines of one unfinished command follow without a prompt between them', async () => {
  const { queue, typed } = shell();
  queue.prompt(true);
  queue.run('cat <<EOF\nhello\nEOF');
  await vi.waitFor(() => expect(typed).toEqual(['cat <<EOF\r', 'hello\r', 'EOF\r']));
});

test('what was not typed yet is dropped when the wire breaks, and never typed after it', () => {
  const { queue, typed, last } = shell();
  queue.prompt(true);
  queue.run('sleep 9\nrm -r work');
  queue.prompt(false);
  queue.disconnected();
  queue.prompt(true);
  expect(typed).toEqual(['sleep 9\r']);
  expect(last()).toEqual({ phase: 'idle' });
});

test('a run while offline is said, not kept', () => {
  const { queue, last } = shell({ online: false });
  queue.run('date');
  expect(last()).toEqual({ phase: 'offline' });
});

test('tabs are pasted, so that they do not complete', () => {
  expect(commandLines('a\r\n\tb\n')).toEqual(['a', '\x1b[200~\tb\x1b[201~']);
});

test('what is meant for the program inside is typed into it, line after line, without its prompt being known', async () => {
  const { queue, typed, last } = shell();
  queue.prompt(false);
  queue.run('exit\nexit', { inside: true });
  queue.prompt(false);
  await vi.waitFor(() => expect(typed).toEqual(['exit\r', 'exit\r']));
  expect(last()).toEqual({ phase: 'idle' });
});

test('the next line for the program inside waits while it still prints', async () => {
  const { queue, typed } = shell();
  queue.prompt(false);
  queue.run('exit\nexit', { inside: true });
  const printing = setInterval(() => queue.printed(), 1);
  await vi.waitFor(() => expect(typed).toEqual(['exit\r']));
  const quiet = Promise.withResolvers<void>();
  setTimeout(quiet.resolve, 60);
  await quiet.promise;
  expect(typed).toEqual(['exit\r']);
  clearInterval(printing);
  await vi.waitFor(() => expect(typed).toEqual(['exit\r', 'exit\r']));
});
