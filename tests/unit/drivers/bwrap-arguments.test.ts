import { expect, test } from 'vitest';
import { type BwrapPlan, bwrapArguments, sandboxPaths } from '#server/sandboxes/drivers/bubblewrap/bwrap-arguments.ts';
import { asIdentity } from '#server/sandboxes/drivers/bubblewrap/run-command.ts';

const plan: BwrapPlan = {
  paths: sandboxPaths('/data/sb-1'),
  user: 'student',
  argv: ['bash', '-l'],
  env: { TERM: 'xterm-256color' },
  network: false,
  topLevel: [
    { name: 'bin', linkTo: 'usr/bin' },
    { name: 'lib64', linkTo: null },
  ],
  ownTerminal: true,
};

test('a shell is started with these arguments and no others', () => {
  expect(
    bwrapArguments(plan)
      .join(' ')
      .split(/ (?=--)/),
  ).toMatchInlineSnapshot(`
    [
      "--unshare-user",
      "--unshare-all",
      "--die-with-parent",
      "--hostname lab",
      "--uid 1000",
      "--gid 1000",
      "--ro-bind /usr /usr",
      "--symlink usr/bin /bin",
      "--ro-bind /lib64 /lib64",
      "--proc /proc",
      "--dev /dev",
      "--ro-bind /data/sb-1/etc /etc",
      "--ro-bind-try /etc/alternatives /etc/alternatives",
      "--ro-bind-try /etc/ssl /etc/ssl",
      "--tmpfs /run",
      "--tmpfs /var",
      "--dir /var/tmp",
      "--dir /root",
      "--bind /data/sb-1/tmp /tmp",
      "--bind /data/sb-1/home /home/student",
      "--chdir /home/student",
      "--clearenv",
      "--setenv PATH /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      "--setenv LANG C.UTF-8",
      "--setenv HOME /home/student",
      "--setenv USER student",
      "--setenv LOGNAME student",
      "--setenv SHELL /bin/bash",
      "--setenv TERM xterm-256color",
      "-- bash -l",
    ]
  `);
});

test('a command has no way to our terminal, and root is root of the sandbox only', () => {
  const args = bwrapArguments({ ...plan, user: 'root', ownTerminal: false });
  expect(args).toContain('--new-session');
  expect(args.join(' ')).toContain('--uid 0 --gid 0');
  expect(args.join(' ')).toContain('--unshare-user --unshare-all');
});

test('the network is shared only where that is allowed', () => {
  expect(bwrapArguments(plan)).not.toContain('--share-net');
  expect(bwrapArguments(plan)).not.toContain('/etc/resolv.conf');
  expect(bwrapArguments({ ...plan, network: true })).toEqual(
    expect.arrayContaining(['--share-net', '/etc/resolv.conf']),
  );
});

test('of the host, only the sandbox’s own folders can be written', () => {
  const args = bwrapArguments({ ...plan, network: true });
  const writable = args.flatMap((arg, i) => (arg === '--bind' ? [args[i + 1]] : []));
  expect(writable).toEqual(['/data/sb-1/tmp', '/data/sb-1/home']);
});

test('as root, it runs as somebody without rights', () => {
  expect(asIdentity(['bwrap'], { uid: 7, gid: 8 })).toEqual([
    'setpriv',
    '--reuid=7',
    '--regid=8',
    '--clear-groups',
    '--',
    'bwrap',
  ]);
  expect(asIdentity(['bwrap'], null)).toEqual(['bwrap']);
});
