import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AppError } from '#server/errors.ts';
import type { Shell } from '#server/sandboxes/driver.ts';
import { openHeldShell } from '#server/sandboxes/holder/held-shell.ts';
import { holderProgram } from '#server/sandboxes/holder/holder-binary.ts';
import { Screen } from '../../contract/screen.ts';

const SIZE = { cols: 80, rows: 24 };
const WAIT = { timeout: 10_000, interval: 10 };
const TOKEN = 'b'.repeat(64);
let folder: string;
let holder: ChildProcess;
const open: (() => void)[] = [];

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'holder-'));
  holder = await beginHolder(TOKEN);
});
afterEach(() => {
  for (const close of open.splice(0)) close();
  holder.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const socket = () => path.join(folder, 'holder');

async function beginHolder(token: string): Promise<ChildProcess> {
  const env = { ...process.env, PS1: '$ ', CHAPTERHOUSE_SHELL_TOKEN: token };
  const argv = ['--ready', '--socket', socket(), '--', 'bash', '--norc', '--noprofile', '-i'];
  const child = spawn(await holderProgram(), argv, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

function dialPath(to = socket()): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const line = connect(to);
    line.once('connect', () => resolve(line));
    line.once('error', (cause) => reject(new AppError('sandbox_gone', 'no holder', { cause })));
  });
}

async function shellOf(request: Partial<Parameters<typeof openHeldShell>[0]> = {}): Promise<Shell> {
  const shell = await openHeldShell({ name: 'shell-1', size: SIZE, token: TOKEN, dial: () => dialPath(), ...request });
  open.push(() => shell.detach());
  return shell;
}

test('the token is no part of a shell’s environment, and nobody is let in without it', async () => {
  const screen = new Screen(await shellOf());
  screen.run('echo "<$CHAPTERHOUSE_SHELL_TOKEN>"');
  await screen.sees('<>');
  for (const token of ['', 'b', 'c'.repeat(64), 'b'.repeat(65)]) {
    await expect(shellOf({ token, name: 'shell-2' })).rejects.toMatchObject({ code: 'sandbox_failed' });
  }
});

test('a terminal reads UTF-8, has its size, and its own session', async () => {
  const screen = new Screen(await shellOf({ size: { cols: 101, rows: 31 } }));
  screen.run('stty -a; tty; ps -o pid=,sid=,tty= -p $$');
  await screen.sees(/rows 31; columns 101[\s\S]*\siutf8[\s\S]*\/dev\/pts\//);
  screen.shell.resize({ cols: 77, rows: 20 });
  screen.run('stty size');
  await screen.sees('20 77');
});

test('what is printed while nobody looks is told afterwards, a mebibyte and then the program stands still', async () => {
  const first = await shellOf();
  const screen = new Screen(first);
  screen.run(`seq 1 400000; echo ${'all'}-done > ${folder}/done`);
  await screen.sees('\n100\r');
  first.detach();
  // It stands still: what it has printed grows no more.
  const second = new Screen(await shellOf());
  await second.sees('\n399999\r\n400000\r\n');
  expect(second.shell.id).toBe(first.id);
  const lines = second.text.slice(second.text.indexOf('\n')).match(/\d+(?=\r\n)/g) ?? [];
  const numbers = lines.map(Number).filter((one) => one > 1000);
  expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => 400_001 - numbers.length + index));
  expect(second.shell.start).toBeGreaterThan(0);
});

test('a shell that ended while nobody looked tells its rest and its code, and its name can be used again', async () => {
  const first = await shellOf();
  const screen = new Screen(first);
  screen.run('sleep 0.3; echo last-words; exit 7');
  await screen.sees('exit 7');
  first.detach();
  await new Promise((resolve) => setTimeout(resolve, 600));
  const second = new Screen(await shellOf());
  expect(await second.exits()).toEqual({ exitCode: 7, signal: null });
  expect(second.text).toContain('last-words');
  await vi.waitFor(async () => {
    const third = await shellOf();
    expect(third.id).not.toBe(first.id);
    await new Screen(third).sees('$ ');
  }, WAIT);
});

test('Ctrl-C ends a program, though the holder was begun in the background, where it is ignored', async () => {
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const env = { ...process.env, PS1: '$ ', CHAPTERHOUSE_SHELL_TOKEN: TOKEN };
  const background = 'trap "" INT QUIT; exec "$0" "$@"';
  const argv = ['-c', background, await holderProgram(), '--ready', '--socket', socket(), '--', 'bash', '--norc', '-i'];
  holder = spawn('sh', argv, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  if (holder.stdout) await once(holder.stdout, 'data');
  const screen = new Screen(await shellOf());
  // Said by the program that is in front by then: while it begins, a shell may miss the key.
  screen.run('sh -c "echo waits-$((1 + 0)); exec sleep 1000"');
  await screen.sees('waits-1');
  screen.type('\x03');
  screen.run('echo free-$((1 + 0))');
  await screen.sees('free-1');
});

test('a shell that is ended by a signal says which', async () => {
  const screen = new Screen(await shellOf());
  screen.run('kill -KILL $$');
  expect(await screen.exits()).toEqual({ exitCode: null, signal: 'SIGKILL' });
});

test('a program that ignores being hung up ends with its killed shell', async () => {
  const shell = await shellOf();
  const screen = new Screen(shell);
  screen.run("trap '' HUP; echo ready-$((1 + 1))");
  await screen.sees('ready-2');
  await shell.kill();
  expect(screen.exit).toEqual({ exitCode: null, signal: 'SIGKILL' });
});

test('a program in the background that holds the terminal open does not hold up the end of its shell', async () => {
  const screen = new Screen(await shellOf());
  screen.run('sleep 1000 & disown; exit 4');
  expect(await screen.exits()).toMatchObject({ exitCode: 4 });
});

test('keys for a program that reads none do not stop what it prints', async () => {
  const shell = await shellOf();
  const screen = new Screen(shell);
  screen.run('stty raw -echo; head -c 3000000 /dev/zero; echo all-there; stty sane; cat > /dev/null');
  await screen.until(() => screen.bytes > 10_000, 'output');
  for (let block = 0; block < 8; block += 1) shell.write(Buffer.alloc(50_000, 'k'));
  await screen.sees('all-there');
});

test('when its line breaks in the middle of a flood of output and of keys, nothing is lost or said twice', async () => {
  const lines: Socket[] = [];
  const dial = async () => {
    const line = await dialPath();
    lines.push(line);
    return line;
  };
  const shell = await shellOf({ dial });
  const screen = new Screen(shell);
  screen.run('cat > /dev/null & stty -echo; seq 1 200000; read -r line; echo "read $(printf %s "$line" | wc -c)"');
  for (let cut = 0; cut < 12; cut += 1) {
    await screen.until(() => screen.bytes > 50_000 * (cut + 1), 'output');
    lines.at(-1)?.destroy();
    shell.write(Buffer.from('x'.repeat(100)));
  }
  shell.write(Buffer.from('\r'));
  await screen.sees('read 1200');
  const numbers = (screen.text.match(/^\d+(?=\r$)/gm) ?? []).map(Number);
  expect(numbers).toEqual(Array.from({ length: 200_000 }, (_, index) => index + 1));
  expect(lines.length).toBeGreaterThan(3);
});

test('a silent line is doubted, and another way is taken', async () => {
  let isMute = false;
  const mute = await muteProxy(() => isMute);
  const ways: string[] = [];
  const shell = await shellOf({
    dial: (why) => {
      ways.push(why);
      return dialPath(why === 'open' ? mute.path : socket());
    },
  });
  const screen = new Screen(shell);
  await screen.sees('$ ');
  isMute = true;
  screen.run('echo through-$((40 + 2))');
  await screen.sees('through-42');
  expect(ways).toEqual(['open', 'doubt']);
  expect(screen.text.match(/through-42/g)).toHaveLength(1);
});

/** Passes everything on until it is told to swallow it. */
async function muteProxy(isMute: () => boolean): Promise<{ path: string; server: Server }> {
  const proxied = path.join(folder, 'proxy');
  const server = createServer((near) => {
    const far = connect(socket());
    near.on('data', (data) => isMute() || far.write(data));
    far.on('data', (data) => isMute() || near.write(data));
    for (const end of [near, far]) {
      end.on('error', () => undefined);
      end.on('close', () => [near, far].map((one) => one.destroy()));
    }
  }).listen(proxied);
  await once(server, 'listening');
  open.push(() => server.close());
  return { path: proxied, server };
}

test('a holder that is killed takes its shells along, and they are told as ended', async () => {
  const screen = new Screen(await shellOf());
  await screen.sees('$ ');
  holder.kill('SIGKILL');
  expect(await screen.exits()).toEqual({ exitCode: null, signal: 'SIGKILL' });
});

test('another shell under the same name is not taken for the one that was', async () => {
  const first = await shellOf({
    dial: async () =>
      dialPath().catch((error) => vi.waitFor(() => dialPath(), WAIT).catch(() => Promise.reject(error))),
  });
  const screen = new Screen(first);
  await screen.sees('$ ');
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  holder = await beginHolder(TOKEN);
  expect(await screen.exits()).toEqual({ exitCode: null, signal: 'SIGKILL' });
});

test('whoever breaks the rules loses the line, and the holder goes on', async () => {
  const screen = new Screen(await shellOf());
  await screen.sees('$ ');
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (bytes) => {
      const line = await dialPath();
      line.on('error', () => undefined);
      line.end(bytes);
      line.resume();
      await once(line, 'close');
    }),
    { numRuns: 300 },
  );
  const idle = await Promise.all(Array.from({ length: 80 }, () => dialPath()));
  screen.run('echo still-$((1 + 1))');
  await screen.sees('still-2');
  for (const line of idle) line.destroy();
  const late = new Screen(await shellOf({ name: 'shell-2' }));
  await late.sees('$ ');
});

test('a shell cannot be named after a place', async () => {
  for (const name of ['../x', 'a b', '', 'shell;1', 'a'.repeat(41)]) {
    await expect(shellOf({ name })).rejects.toThrow(TypeError);
  }
});
