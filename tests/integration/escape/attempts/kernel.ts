import assert from 'node:assert/strict';
import { appendFile, readFile } from 'node:fs/promises';
import { runCommand } from '#server/sandboxes/engine/run-command.ts';
import type { Area } from '../attempt.ts';
import { groupFolder } from '../host-processes.ts';

/** Kernel settings that belong to a namespace of the sandbox: its own to change. */
const NAMESPACED = 'net/|user/|fs/mqueue/|kernel/(hostname|domainname|msg|sem|shm|auto_msgmni|ns_last_pid|pid_max)';

export const KERNEL: Area = {
  title: 'The kernel’s settings',
  attempts: [
    {
      id: 'sysctl-values',
      tries:
        'Sets kernel settings of the whole machine to other (harmless) values, the core dump’s pattern among them.',
      outcome: 'The host reads the old values.',
      async run(scene) {
        await scene.root(`cd /proc/sys; echo 7 > vm/stat_interval; echo 77 > fs/lease-break-time
          echo 77 > kernel/printk_ratelimit_burst; echo core.%e > kernel/core_pattern`);
        await scene.nested(
          '--cap-add ALL --security-opt systempaths=unconfined',
          'echo 7 > /proc/sys/vm/stat_interval',
        );
      },
    },
    {
      id: 'sysctl-open',
      tries: 'Opens every file under /proc/sys for writing.',
      outcome: 'Only those of its own namespaces open (network, names, message queues).',
      async run(scene) {
        const { stdout } =
          await scene.root(`cd /proc/sys; find . -type f -printf '%P\\n' | grep -vE '^(${NAMESPACED})' |
          while read -r file; do (: >> "$file") 2>/dev/null && echo "opened $file"; done; echo looked`);
        assert.equal(stdout, 'looked\n');
      },
    },
    {
      id: 'kernel-files',
      tries: 'Mounts /sys anew for writing and changes a memory setting, the uevent helper and the module path.',
      outcome: 'The host reads the old values.',
      async run(scene) {
        await scene.root(`mount -o remount,rw /sys; mkdir -p /tmp/sys; mount -t sysfs none /tmp/sys
          for sys in /sys /tmp/sys; do
            echo 9999 > $sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs
            echo ${scene.witness.trap} > $sys/kernel/uevent_helper
          done
          echo ${scene.witness.trap} > /proc/sys/kernel/modprobe`);
      },
    },
    {
      id: 'sysrq',
      tries:
        'Asks the kernel for its help text through /proc/sysrq-trigger, where other letters would crash the machine.',
      outcome: 'The host’s kernel log has no new line of it.',
      async run(scene) {
        const helps = async () => (await kernelLog()).filter((line) => /sysrq: HELP/i.test(line)).length;
        const before = await helps();
        await scene.root('echo h > /proc/sysrq-trigger; mount -o remount,rw /proc; echo h > /proc/sysrq-trigger');
        assert.equal(await helps(), before);
      },
    },
    {
      id: 'kernel-log',
      tries: 'Reads the host’s kernel log, in which the test has put a secret.',
      outcome: 'The secret is in the host’s own log, and not in what the sandbox read.',
      async run(scene) {
        await appendFile('/dev/kmsg', `${scene.witness.secret}\n`);
        assert.ok((await kernelLog()).some((line) => line.includes(scene.witness.secret)));
        const { stdout } =
          await scene.root(`dmesg; timeout 1 cat /proc/kmsg; mknod /tmp/kmsg c 1 11; timeout 1 cat /tmp/kmsg
          perl -e 'my $text = "\\0" x 65536; syscall(103, 3, $text, 65536); print $text'`);
        assert.ok(!stdout.includes(scene.witness.secret));
      },
    },
    {
      id: 'module',
      tries:
        'Loads a kernel module, by init_module, finit_module, modprobe and the mount of a file system that is not there.',
      outcome: 'The host’s list of modules is as it was.',
      async run(scene) {
        await scene.root(`head -c 4096 /bin/true > /tmp/escape.ko
          perl -e 'open(my $f, "<", "/tmp/escape.ko"); my ($m, $e) = ("\\0" x 4096, ""); syscall(175, $m, 4096, $e); syscall(313, fileno($f), $e, 0)'
          modprobe dummy; insmod /tmp/escape.ko; mount -t reiserfs none /mnt`);
      },
    },
    {
      id: 'kexec-reboot',
      tries: 'Loads another kernel, and tells this one what Ctrl-Alt-Del does (the harmless one of reboot’s commands).',
      outcome: 'No kernel is loaded on the host, and its Ctrl-Alt-Del is as it was.',
      async run(scene) {
        await scene.root(`perl -e 'my $none = "\\0" x 64; syscall(246, 0, 0, $none, 0); syscall(320, 0, 0, 0, $none, 4);
          syscall(169, 0xfee1dead, 672274793, 0x89abcdef, 0)'`);
      },
    },
    {
      id: 'clock',
      tries: 'Sets the clock half a second on, by clock_settime, settimeofday and adjtimex.',
      outcome: 'The host’s clock has made no step.',
      async run(scene) {
        await scene.root(`perl -e 'use Time::HiRes "time"; my $t = time + 0.5; my $s = int $t; my $f = $t - $s;
          my ($ns, $us) = (pack("qq", $s, $f * 1e9), pack("qq", $s, $f * 1e6));
          syscall(227, 0, $ns); syscall(164, $us, 0); my $x = pack("Lx4qx192", 0x0100, 500000); syscall(159, $x)'`);
      },
    },
    {
      id: 'swap-quota-accounting',
      tries: 'Swaps on a file of its own, and switches on process accounting and file system quotas.',
      outcome: 'The host swaps as before, and nothing is written to the accounting file.',
      async run(scene) {
        await scene.root(`dd if=/dev/zero of=/tmp/swap bs=1M count=8; chmod 600 /tmp/swap; mkswap /tmp/swap; swapon /tmp/swap
          touch /tmp/acct; perl -e 'my $file = "/tmp/acct\\0"; syscall(163, $file)'; true; true`);
        assert.equal((await readFile(await scene.seenFromHost('/tmp/acct'))).length, 0);
      },
    },
    {
      id: 'ports',
      tries: 'Takes rights over the machine’s input and output ports (iopl, ioperm).',
      outcome: 'The host sees no process of the sandbox with a capability over hardware, time, modules or reboot.',
      async run(scene) {
        await scene.root(`perl -e 'syscall(172, 3); syscall(173, 0x80, 1, 1)'; capsh --print`);
        const status = await readFile(`/proc/${await scene.pidOf()}/status`, 'utf8');
        const bounding = BigInt(`0x${/CapBnd:\s+([0-9a-f]+)/.exec(status)?.[1] ?? 'f'.repeat(16)}`);
        for (const capability of [16n, 17n, 22n, 24n, 25n, 34n]) assert.equal((bounding >> capability) & 1n, 0n);
      },
    },
    {
      id: 'host-name',
      tries: 'Sets host and domain name.',
      outcome: 'Its own names change, by design; the host’s do not.',
      async run(scene) {
        await scene.root('hostname escaped; echo escaped > /proc/sys/kernel/domainname');
        await scene.nested('--uts host --cap-add SYS_ADMIN', 'hostname escaped-further');
        await scene.root('hostname lab');
      },
    },
    {
      id: 'group-limits',
      tries: 'Raises its own limits of memory, processes and processor in the control groups of either version.',
      outcome: 'The host reads the old limits.',
      async run(scene) {
        const before = await limitsOf(await scene.pidOf());
        await scene.root(`mkdir -p /tmp/groups
          for controller in memory pids cpu blkio; do
            mount -t cgroup -o $controller none /tmp/groups && {
              for file in $(find /tmp/groups -name '*limit_in_bytes' -o -name pids.max -o -name cpu.cfs_quota_us); do echo 9000000000 > $file; echo -1 > $file; echo max > $file; done
              umount /tmp/groups; }
          done
          for file in memory.max memory.high pids.max cpu.max cgroup.max.descendants; do echo max > /sys/fs/cgroup/$file; done`);
        assert.deepEqual(await limitsOf(await scene.pidOf()), before);
      },
    },
  ],
};

const LIMIT_FILES = ['memory.limit_in_bytes', 'memory.max', 'pids.max', 'cpu.cfs_quota_us', 'cpu.max', 'devices.list'];

async function limitsOf(pid: number): Promise<string[]> {
  const folders = await Promise.all(['memory', 'pids', 'cpu'].map((controller) => groupFolder(pid, controller)));
  const read = (folder: string, file: string) => readFile(`${folder}/${file}`, 'utf8').catch(() => null);
  const values = await Promise.all(folders.flatMap((folder) => LIMIT_FILES.map((file) => read(folder, file))));
  const known = values.filter((value) => value !== null);
  assert.ok(known.length >= 3, 'the host keeps limits of memory, processes and processor');
  return known;
}

/** The last lines of the kernel's log, without waiting for more. */
async function kernelLog(): Promise<string[]> {
  return (await runCommand('dmesg', [])).stdout.split('\n');
}
