import assert from 'node:assert/strict';
import { errorCode } from '#server/errors.ts';
import type { Sandbox } from '#server/sandboxes/driver.ts';
import type { Area } from '../attempt.ts';
import { pause } from '../echo-meter.ts';
import type { Scene } from '../scene.ts';

const FLOOD_BYTES = 128 * 1024;
const QUICK = { timeoutMs: 2000, maxOutputBytes: 1000 } as const;
const textOf = (files: { content: Uint8Array }[]) =>
  files.map(({ content }) => Buffer.from(content).toString()).join('');

/** How long it takes, whichever way it ends. */
async function timed(work: Promise<unknown>): Promise<{ seconds: number; code: string }> {
  const began = performance.now();
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  return { seconds: (performance.now() - began) / 1000, code: error === null ? 'fine' : errorCode(error) };
}

/** Puts a program of the sandbox's own in the place of another. */
async function replace(scene: Scene, sandbox: Sandbox, programs: string[], text: string): Promise<void> {
  await sandbox.putFiles('/opt', [{ path: 'liar', content: Buffer.from(text), mode: 0o755 }]);
  await scene.root(
    `cp /usr/bin/perl /opt/perl; for p in ${programs.join(' ')}; do cp --remove-destination /opt/liar /usr/bin/$p.new; done; for p in ${programs.join(' ')}; do mv /usr/bin/$p.new /usr/bin/$p; done`,
    { in: sandbox },
  );
}

/** The server reads files and runs commands in a sandbox that may be hostile: what comes back must not hurt it. */
export const OUR_SIDE: Area = {
  title: 'The server’s own reading, writing and running inside',
  attempts: [
    {
      id: 'files-through-links',
      tries: 'Puts links to the host’s files in the place of files that the server reads.',
      outcome: 'The links lead nowhere but into the sandbox: its own /etc/shadow, never the host’s secret.',
      async run(scene) {
        const { secretFile, secret } = scene.witness;
        await scene.root(
          `cd /tmp; echo own-shadow >> /etc/shadow; ln -sf /etc/shadow l1; ln -sf ${secretFile} l2; ln -sf ../../../../../..${secretFile} l3; ln -sf /proc/1/root${secretFile} l4`,
        );
        assert.match(textOf(await scene.attacker.getFiles(['/tmp/l1'])), /own-shadow/);
        for (const file of ['/tmp/l2', '/tmp/l3', '/tmp/l4']) {
          const got = await scene.attacker.getFiles([file]).catch(() => []);
          assert.ok(!textOf(got).includes(secret));
        }
      },
    },
    {
      id: 'files-without-end',
      tries: 'Puts a pipe, /dev/zero and a sparse terabyte in the place of files that the server reads.',
      outcome: 'Each is refused or empty within seconds, and the server keeps no more than its cap.',
      async run(scene) {
        await scene.root('cd /tmp; rm -f p z s; mkfifo p; ln -s /dev/zero z; truncate -s 1T s');
        for (const file of ['/tmp/p', '/tmp/z', '/tmp/s']) {
          const got = scene.attacker.getFiles([file]).then((files) => assert.equal(textOf(files), ''));
          const { seconds, code } = await timed(got);
          assert.ok(
            seconds < 20 && ['fine', 'not_found', 'sandbox_failed'].includes(code),
            `${file}: ${seconds} s, ${code}`,
          );
        }
      },
    },
    {
      id: 'files-put-through-links',
      tries: 'Makes the folder that the server writes to a link to a path of the host’s.',
      outcome: 'What is written stays in the sandbox: no such file is on the host.',
      async run(scene) {
        const { folder, trap } = scene.witness;
        await scene.root(
          `mkdir -p ${folder}; cd /home/student; rm -rf work; ln -s ${folder} work; ln -s /proc/1/root${folder} work2`,
        );
        const files = [
          { path: 'trap', content: Buffer.from('escaped'), mode: 0o644 },
          { path: `../../../../../..${trap}`, content: Buffer.from('escaped'), mode: 0o644 },
        ];
        for (const place of ['/home/student/work', '/home/student/work2'])
          await scene.attacker.putFiles(place, files).catch(() => undefined);
        assert.match(textOf(await scene.attacker.getFiles([trap])), /escaped/);
      },
    },
    {
      id: 'lying-tar',
      tries: 'Answers with an archive whose sizes are below zero, and with files that were not asked for.',
      outcome: 'Refused at once; nothing but what was asked for is an answer.',
      async run(scene) {
        const spare = await scene.spare();
        await replace(
          scene,
          spare,
          ['tar'],
          '#!/opt/perl\nprint pack("a100a8a8a8a12a12a8a1", "/etc/passwd", "0000644", "0000000", "0000000", "-1000", "0", "", "0"), "\\0" x 2048;\n',
        );
        const { seconds, code } = await timed(spare.getFiles(['/home/student/asked']));
        assert.deepEqual([seconds < 10, code], [true, 'sandbox_failed']);
      },
    },
    {
      id: 'output-flood',
      tries: 'Floods the output of a command that the server runs.',
      outcome: 'The command is ended within seconds, and no more than the cap is kept.',
      async run(scene) {
        const began = performance.now();
        const result = await scene.attacker.exec({
          argv: ['sh', '-c', 'yes & yes >&2'],
          user: 'root',
          timeoutMs: 60_000,
          maxOutputBytes: 1000,
        });
        assert.deepEqual([result.exitCode, result.truncated, result.stdout.length], [null, true, 1000]);
        assert.ok(performance.now() - began < 20_000);
      },
    },
    {
      id: 'hostile-programs',
      tries: 'Replaces sh, cat, timeout and tar by programs that ignore signals and never end.',
      outcome: 'The server’s command, check and reading of files end all the same, in bounded time.',
      async run(scene) {
        const spare = await scene.spare();
        await replace(
          scene,
          spare,
          ['timeout', 'tar', 'cat', 'bash', 'dash'],
          '#!/opt/perl\n$SIG{$_} = "IGNORE" for qw(TERM INT HUP PIPE); sleep 1 while 1;\n',
        );
        const { seconds, code } = await timed(
          spare.exec({ argv: ['cat', '/etc/hostname'], user: 'student', ...QUICK }),
        );
        assert.ok(seconds < 40, `${seconds} s, ${code}`);
      },
    },
    {
      id: 'closed-output',
      tries: 'Closes its output and lives on, as a command that the server waits for.',
      outcome: 'The server’s wait ends in bounded time.',
      async run(scene) {
        const { seconds } = await timed(
          scene.attacker.exec({ argv: ['sh', '-c', 'exec > /dev/null 2>&1; sleep 300'], user: 'root', ...QUICK }),
        );
        assert.ok(seconds < 20, `${seconds} s`);
      },
    },
    {
      id: 'terminal-flood',
      tries: 'Floods its terminal with text and with control sequences that never end, while nobody reads.',
      outcome: 'A paused terminal stops at what the buffers hold; the neighbour’s goes on.',
      async run(scene) {
        const shell = await scene.attacker.openShell({ name: 'flood', size: { cols: 80, rows: 24 } });
        let bytes = 0;
        shell.onOutput((data) => {
          bytes += data.length;
          if (bytes > FLOOD_BYTES) shell.pause();
        });
        shell.write(
          Buffer.from(
            "perl -e 'while (1) { print qq(\\e]52;c;) . qq(A) x 4096 . qq(\\e[999999;999999H\\e[?1049h) }'\r",
          ),
        );
        while (bytes < FLOOD_BYTES) await pause(20);
        await pause(1500);
        const stopped = bytes;
        await pause(1500);
        assert.equal(bytes, stopped);
        await shell.kill();
      },
    },
  ],
};
