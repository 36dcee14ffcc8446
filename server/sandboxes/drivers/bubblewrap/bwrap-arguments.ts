/** Where a sandbox's parts lie on the host. */
export type SandboxPaths = {
  root: string;
  home: string;
  tmp: string;
  etc: string;
  /** Holders' sockets; not seen from inside. */
  shells: string;
  /** Its presence says that the sandbox exists. */
  marker: string;
};

export function sandboxPaths(root: string): SandboxPaths {
  const at = (name: string) => `${root}/${name}`;
  return { root, home: at('home'), tmp: at('tmp'), etc: at('etc'), shells: at('shells'), marker: at('sandbox.json') };
}

export type BwrapPlan = {
  paths: SandboxPaths;
  user: 'student' | 'root';
  argv: readonly string[];
  env?: Record<string, string>;
  network: boolean;
  /** Which of /bin, /sbin, /lib… this host has, and whether it is a link into /usr. */
  topLevel: readonly { name: string; linkTo: string | null }[];
  /** A shell brings its own terminal and session; a command must not reach the one we run in. */
  ownTerminal: boolean;
};

const USERS = {
  student: { id: '1000', home: '/home/student' },
  root: { id: '0', home: '/root' },
} as const;

/** From the host's /etc, read-only: which editor `vi` is, whom to trust; with a network, where names are asked. */
const HOST_ETC = ['/etc/alternatives', '/etc/ssl'];
const NETWORK_ETC = ['/etc/resolv.conf', '/etc/nsswitch.conf'];

/** The arguments are the policy: nothing of the host but /usr, read-only, and no way to other sandboxes. */
export function bwrapArguments(plan: BwrapPlan): string[] {
  const { paths, user, network, ownTerminal, argv } = plan;
  return [
    '--unshare-user',
    '--unshare-all',
    ...(network ? ['--share-net'] : []),
    '--die-with-parent',
    ...(ownTerminal ? [] : ['--new-session']),
    ...['--hostname', 'lab'],
    ...['--uid', USERS[user].id, '--gid', USERS[user].id],
    ...['--ro-bind', '/usr', '/usr'],
    ...plan.topLevel.flatMap(topLevelArguments),
    ...['--proc', '/proc', '--dev', '/dev'],
    ...['--ro-bind', paths.etc, '/etc'],
    ...[...HOST_ETC, ...(network ? NETWORK_ETC : [])].flatMap((path) => ['--ro-bind-try', path, path]),
    ...['--tmpfs', '/run', '--tmpfs', '/var', '--dir', '/var/tmp', '--dir', '/root'],
    ...['--bind', paths.tmp, '/tmp', '--bind', paths.home, '/home/student'],
    ...['--chdir', USERS[user].home, '--clearenv'],
    ...environmentArguments(plan),
    '--',
    ...argv,
  ];
}

function topLevelArguments({ name, linkTo }: BwrapPlan['topLevel'][number]): string[] {
  return linkTo === null ? ['--ro-bind', `/${name}`, `/${name}`] : ['--symlink', linkTo, `/${name}`];
}

function environmentArguments({ user, env }: BwrapPlan): string[] {
  const all = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    LANG: 'C.UTF-8',
    HOME: USERS[user].home,
    USER: user,
    LOGNAME: user,
    SHELL: '/bin/bash',
    ...env,
  };
  return Object.entries(all).flatMap(([name, value]) => ['--setenv', name, value]);
}
