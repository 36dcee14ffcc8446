import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import type { Area } from '../attempt.ts';
import type { Scene } from '../scene.ts';

const ALL = '--cap-add ALL --security-opt seccomp=unconfined --security-opt systempaths=unconfined';

export const NESTED: Area = {
  title: 'Containers of the sandbox’s own Docker',
  attempts: [
    {
      id: 'nested-privileged',
      tries:
        'Mounts disks, loads a module and writes kernel files from a privileged container, as one escapes from a plain Docker.',
      outcome: 'The host’s settings, modules and files are as they were.',
      async run(scene) {
        const script = `mknod /dev/escape b 254 0; mount /dev/escape /mnt; mount -t debugfs none /mnt; modprobe dummy
          mount -t sysfs none /sys; echo 9999 > /sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs
          echo core.%e > /proc/sys/kernel/core_pattern; cat /host${scene.witness.secretFile}; echo ran`;
        const flags = ['--privileged -v /sys:/sys -v /:/host', `${ALL} -v /:/host`];
        for (const one of flags) {
          const { stdout } = await scene.nested(one, script);
          assert.ok(stdout.includes('ran') && !stdout.includes(scene.witness.secret));
        }
      },
    },
    {
      id: 'nested-pid-host',
      tries: 'Lists and kills processes from a container with `--pid host`.',
      outcome: 'It reaches the sandbox’s own processes; the host’s are neither seen nor signalled.',
      async run(scene) {
        const { stdout } = await scene.nested(
          `--pid host ${ALL}`,
          `cat /proc/[0-9]*/cmdline | tr '\\0' ' '; kill -9 ${scene.witness.pids.join(' ')}`,
        );
        assert.match(stdout, /containerd/);
        assert.ok(!stdout.includes(scene.witness.secret));
      },
    },
    {
      id: 'nested-net-host',
      tries: 'Looks at the network with `--net host`.',
      outcome: 'It reaches the sandbox’s own network: none of the host’s other addresses is on it.',
      async run(scene) {
        const { stdout } = await scene.nested(`--net host ${ALL}`, 'ip addr; ip route');
        assert.match(stdout, /eth0/);
        const addresses = Object.values(networkInterfaces()).flatMap((all) =>
          (all ?? []).map(({ address }) => address),
        );
        const shown = addresses.filter((address) => !/^(127\.|::1|172\.17\.0\.1$)/.test(address));
        for (const address of shown)
          assert.ok(!stdout.includes(`inet ${address}/`) && !stdout.includes(`inet6 ${address}/`));
      },
    },
    {
      id: 'nested-host-root',
      tries: 'Mounts `/` of the Docker host into a container, changes into it and makes the student an administrator.',
      outcome: 'It works, by design, on the sandbox itself; the host’s files are neither read nor written.',
      async run(scene) {
        const { secretFile, trap } = scene.witness;
        const { stdout } = await scene.nested(
          '-v /:/host',
          `chroot /host sh -c 'id; cat ${secretFile}; echo escaped > ${trap}; touch /tmp/nested-was-here'`,
          { user: 'student' },
        );
        assert.ok(stdout.includes('uid=0') && !stdout.includes(scene.witness.secret));
        assert.ok(existsSync(await scene.seenFromHost('/tmp/nested-was-here')));
      },
    },
    {
      id: 'nested-docker-socket',
      tries: 'Hands the Docker socket to a container, and makes privileged ones from there.',
      outcome: 'They are the sandbox’s own: the host engine’s list is as it was.',
      async run(scene) {
        const before = await names(scene);
        const flags = '-v /var/run/docker.sock:/var/run/docker.sock -v /:/host';
        const { stdout } = await scene.nested(
          flags,
          'chroot /host docker create --privileged --pid host --name escape-inner alpine true',
        );
        assert.match(stdout, /[0-9a-f]{64}/);
        assert.deepEqual(await names(scene), before);
        await scene.root('docker rm -f escape-inner');
      },
    },
    {
      id: 'nested-every-host-namespace',
      tries: 'Joins every namespace of its Docker host at once and enters process 1 from there.',
      outcome: 'Process 1 is the sandbox’s own; the host’s secret file is not there.',
      async run(scene) {
        const { secretFile, trap } = scene.witness;
        const flags = `--pid host --net host --ipc host --uts host --cgroupns host ${ALL} -v /:/host`;
        const { stdout } = await scene.nested(
          flags,
          `chroot /host nsenter -t 1 -m -u -i -n -p sh -c 'cat /etc/hostname ${secretFile}; echo escaped > ${trap}; echo entered'`,
        );
        assert.ok(stdout.includes('entered') && !stdout.includes(scene.witness.secret));
      },
    },
  ],
};

async function names({ docker }: Scene): Promise<string[]> {
  const all = await docker.listContainers({ all: true });
  return all
    .flatMap(({ Names }) => Names)
    .filter((name) => name.includes('escape-'))
    .toSorted();
}
