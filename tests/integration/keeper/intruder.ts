import { execFile } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { createHost } from '#server/compose-host.ts';
import { readConfig } from '#server/config.ts';
import { containerOptions } from '#server/sandboxes/drivers/docker/container-options.ts';

/**
 * Whoever runs code in the web process: same user, same environment, the product's own modules at hand. Tries what it
 * can, and prints each attempt with what came of it. What it aims at is handed in, as a real one would find it out.
 */
export type Aims = {
  root: string;
  keeperPid: number;
  enginePid: number;
  engineHome: string;
  engineSocket: string;
  foreignContainer: string;
  foreignCgroup: string;
};
export type Attempt = { name: string; reached: boolean; outcome: string };

const aims: Aims = JSON.parse(process.argv[2] ?? '');
const run = promisify(execFile);
const config = readConfig(process.env, aims.root);
const keeper = config.keeper ?? '';
const { root, keeperPid, enginePid, engineHome, engineSocket, foreignContainer } = aims;

type Try = () => unknown;
const attempts: [string, Try][] = [];
const attempt = (name: string, how: Try) => void attempts.push([name, how]);

/** Throws with what was said unless the answer is a 2xx. */
async function ask(socket: string, method: string, target: string, body?: unknown): Promise<string> {
  const json = body === undefined ? '' : JSON.stringify(body);
  const headers = { host: 'docker', 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) };
  const asking = httpRequest({ socketPath: path.join(keeper, socket), method, path: target, headers, agent: false });
  asking.end(json);
  const response = await new Promise<NodeJS.ReadableStream & { statusCode?: number }>((resolve, reject) => {
    asking.once('response', resolve);
    asking.once('error', reject);
  });
  const said = await text(response);
  if ((response.statusCode ?? 500) >= 300) throw new Error(`${response.statusCode} ${said}`);
  return said;
}
const docker = (method: string, target: string, body?: unknown) => ask('docker.sock', method, target, body);
const method = (name: string, body: unknown) => ask('keeper.sock', 'POST', `/v1/${name}`, body);

attempt('become root by setuid', () => process.setuid?.(0));
attempt('become root by setpriv', () => run('setpriv', ['--reuid=0', 'id']));
attempt('become root by sudo', () => run('sudo', ['-n', 'id']));
attempt('become root by su', () => run('su', ['-c', 'id'], { timeout: 5_000 }));
attempt('gain by a setuid program', async () => {
  const { stdout } = await run('find', ['/usr/bin', '-perm', '-4000', '-user', 'root', '-print', '-quit']);
  const said = readFileSync('/proc/self/status', 'utf8');
  if (/NoNewPrivs:\s+1/.test(said)) throw new Error(`${stdout.trim()} gives nothing: NoNewPrivs is set`);
});
attempt('hold a capability', () => {
  const [, held = ''] = /CapBnd:\s+(\w+)/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  if (/^0+$/.test(held)) throw new Error('none, not even in the bounding set');
});
attempt('read /etc/shadow', () => readFileSync('/etc/shadow'));
attempt('read /etc/shadow as root of a namespace of its own', () => run('unshare', ['-r', 'cat', '/etc/shadow']));
attempt('mount', () => run('mount', ['-t', 'tmpfs', 'none', '/mnt']));
attempt('make a device', () => run('mknod', [path.join(config.webHome, 'disk'), 'b', '7', '0']));
attempt('change the firewall', () => run('iptables', ['-F']));
attempt('list the firewall', () => run('iptables', ['-S']));
attempt('write a sysctl', () => writeFileSync('/proc/sys/kernel/core_pattern', '|/bin/sh'));
attempt('signal the keeper', () => process.kill(keeperPid, 0));
attempt('signal the engine', () => process.kill(enginePid, 0));
attempt("read the keeper's memory", () => readFileSync(`/proc/${keeperPid}/mem`));
attempt("read the keeper's environment", () => readFileSync(`/proc/${keeperPid}/environ`));
attempt("read the keeper's open files", () => readdirSync(`/proc/${keeperPid}/fd`));
attempt("go through the keeper's root", () => readdirSync(`/proc/${keeperPid}/root`));
attempt(
  "connect to the engine's socket",
  () => new Promise((resolve, reject) => connect(engineSocket, () => resolve(true)).once('error', reject)),
);
attempt("list the engine's store", () => readdirSync(path.join(engineHome, 'data')));
attempt("write into the engine's home", () => writeFileSync(path.join(engineHome, 'daemon.json'), '{}'));
attempt("write into a sandbox's cgroup", () => writeFileSync(path.join(aims.foreignCgroup, 'pids.max'), 'max'));
attempt('change the checkout', () => appendFileSync(path.join(root, 'server/keeper/index.ts'), ''));
attempt('add to the checkout', () => writeFileSync(path.join(root, 'intruder.ts'), ''));
attempt('change a Dockerfile of a course', () =>
  appendFileSync(path.join(config.contentDir, 'virtualization/sandbox/Dockerfile'), ''),
);
attempt('write into the image cache', () => writeFileSync('/var/cache/chapterhouse/images/intruder', ''));
attempt('write into the home beside its own part', () => mkdirSync(path.join(config.home, 'intruder')));
attempt("replace the keeper's socket", () => rmSync(path.join(keeper, 'keeper.sock')));
attempt('start something at the next boot', () => writeFileSync('/etc/cron.d/intruder', ''));

const info = JSON.parse(await docker('GET', '/info'));
const place = JSON.parse(await method('place', {}));
const images = JSON.parse(await method('images', {}));
const seccomp = readFileSync(path.join(root, 'server/sandboxes/drivers/docker/seccomp.json'), 'utf8');
const installation = JSON.parse(await method('status', {})).installation;
const limits = { memoryMiB: 256, cpus: 1, pids: 128, diskMiB: 1024 };
const spec = { sandboxId: `intruder-${process.pid}`, courseId: 'virtualization', limits };

/** The driver's own request with something of its host part changed. */
function asked(hostChange: object, change: object = {}): object {
  const { name: _name, ...body } = containerOptions({
    ...{ spec, installation, image: images[0].tag, seccomp, place, shellToken: 'a'.repeat(64) },
    ...{ storage: info.Driver, hasQuota: info.Driver === 'btrfs', hasAppArmor: false, hasFuse: true },
  });
  return { ...body, ...change, HostConfig: { ...body.HostConfig, ...hostChange } };
}
const make = (hostChange: object, change?: object) =>
  docker('POST', `/containers/create?name=${spec.sandboxId}`, asked(hostChange, change));

attempt('a privileged container', () => make({ Privileged: true }));
attempt('a container with the host’s files', () => make({ Binds: ['/:/host'] }));
attempt('a container with the host’s files as a mount', () =>
  make({ Mounts: [{ Type: 'bind', Source: '/', Target: '/h' }] }),
);
attempt('a container with all capabilities', () => make({ CapAdd: ['ALL'] }));
attempt('a container without seccomp', () => make({ SecurityOpt: ['seccomp=unconfined'] }));
attempt('a container with a disk of the host', () =>
  make({ Devices: [{ PathOnHost: '/dev/loop0', PathInContainer: '/dev/loop0', CgroupPermissions: 'rwm' }] }),
);
for (const kind of ['UsernsMode', 'PidMode', 'IpcMode', 'UTSMode', 'CgroupnsMode', 'NetworkMode']) {
  attempt(`a container in the host’s namespace: ${kind}`, () => make({ [kind]: 'host' }));
}
attempt('a container in another’s network', () => make({ NetworkMode: `container:${foreignContainer}` }));
attempt('a container in the build network', () => make({ NetworkMode: 'build' }));
attempt('a container of a foreign image', () => make({}, { Image: 'chapterhouse/base-sid:1' }));
attempt('a container without a label', () => make({}, { Labels: {} }));
attempt('a container that runs as it pleases', () => make({}, { Entrypoint: ['sh'] }));
attempt('a container without limits', () => make({ Memory: 0, PidsLimit: 0 }));
attempt('more memory than the machine has', () => make({ Memory: 1024 ** 5, MemorySwap: 1024 ** 5 }));
attempt('raise a sandbox’s limits', () => docker('POST', `/containers/${foreignContainer}/update`, { Memory: 0 }));
attempt('look into a container of another installation', () => docker('GET', `/containers/${foreignContainer}/json`));
attempt('run a command in a container of another installation', () =>
  docker('POST', `/containers/${foreignContainer}/exec`, {
    ...{ Cmd: ['id'], User: 'root', WorkingDir: '/root', Env: [], Tty: false },
    ...{ AttachStdin: false, AttachStdout: true, AttachStderr: true },
  }),
);
attempt('remove a container of another installation', () =>
  docker('DELETE', `/containers/${foreignContainer}?force=true&v=true`),
);
attempt('keep a container of another installation as an image', () =>
  docker('POST', `/commit?container=${foreignContainer}&repo=chapterhouse/snapshot-${installation}&tag=x&pause=false`),
);
attempt('build an image', () => docker('POST', '/build?remote=x'));
attempt('pull an image', () => docker('POST', '/images/create?fromImage=x'));
attempt('load an image', () => docker('POST', '/images/load'));
attempt('remove the lab image', () => docker('DELETE', `/images/${images[0].tag}?force=true`));
attempt('make a volume', () => docker('POST', '/volumes/create', {}));
attempt('make a network', () => docker('POST', '/networks/create', { Name: 'x' }));
attempt('join a swarm', () => docker('POST', '/swarm/init', {}));
attempt('list plugins', () => docker('GET', '/plugins'));
attempt('hand over the cgroup of another installation', () =>
  method('hand_over_cgroup', { containerId: foreignContainer }),
);
attempt('bind the port of another installation', () => method('bind_network', { containerId: foreignContainer }));
attempt('hand over a cgroup by a name', () => method('hand_over_cgroup', { containerId: '../../x' }));
attempt('ask the keeper for what it does not know', () => method('run', { command: 'id' }));
attempt('rebuild an image from a folder of its own', () => method('rebuild_image', { courseId: '../intruder' }));

attempt('REACHES the database', () => readFileSync(path.join(config.webHome, 'chapterhouse.db')).length);
attempt('REACHES the secret of the cookies', () => readFileSync(path.join(config.webHome, 'secret')).length);
attempt('REACHES what the keeper tells of the engine', () => method('status', {}));
attempt('REACHES the list of its own sandboxes', () => docker('GET', '/containers/json?all=true'));
attempt('REACHES a new sandbox, as its root, and its end', async () => {
  const host = await createHost(config);
  const sandbox = await host.driver.create(spec);
  try {
    const request = { argv: ['id', '-u'], user: 'root', timeoutMs: 30_000, maxOutputBytes: 100 } as const;
    return (await sandbox.exec(request)).stdout.trim();
  } finally {
    await sandbox.destroy();
    await host.dispose();
  }
});

for (const [name, how] of attempts) {
  const outcome = await Promise.resolve()
    .then(how)
    .then(
      (value): Attempt => ({ name, reached: true, outcome: String(value).slice(0, 80) }),
      (error: unknown): Attempt => ({ name, reached: false, outcome: String(error).slice(0, 160) }),
    );
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}
process.exit(0);
