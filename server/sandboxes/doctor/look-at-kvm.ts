import { spawn } from 'node:child_process';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { KvmState } from './host-facts.ts';

/**
 * A boot sector that says 0x10 to port 0xf4 and stops: `mov al,0x10; mov dx,0xf4; out dx,al; hlt; jmp $-1`. QEMU's
 * debug exit device ends with twice that, plus one.
 */
const PROGRAM = [0xb0, 0x10, 0xba, 0xf4, 0x00, 0xee, 0xf4, 0xeb, 0xfd];
const EXPECTED_EXIT = 0x21;
const SECTOR_BYTES = 512;
const BOOT_TIMEOUT_MS = 8_000;

export type KvmProbe = { device: string; program: string; timeoutMs: number };
const DEFAULTS: KvmProbe = { device: '/dev/kvm', program: 'qemu-system-x86_64', timeoutMs: BOOT_TIMEOUT_MS };

/** The device may be there and still hang: only something that boots counts. */
export async function lookAtKvm(probe: Partial<KvmProbe> = {}): Promise<KvmState> {
  const { device, program, timeoutMs } = { ...DEFAULTS, ...probe };
  const isThere = await access(device).then(
    () => true,
    () => false,
  );
  if (!isThere) return 'none';
  const folder = await mkdtemp(path.join(tmpdir(), 'chapterhouse-kvm-'));
  try {
    const disk = path.join(folder, 'boot');
    await writeFile(disk, bootSector());
    return await boot(program, disk, timeoutMs);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function bootSector(): Buffer {
  const sector = Buffer.alloc(SECTOR_BYTES);
  sector.set(PROGRAM);
  // What firmware looks for.
  sector.writeUInt16LE(0xaa55, SECTOR_BYTES - 2);
  return sector;
}

function boot(program: string, disk: string, timeoutMs: number): Promise<KvmState> {
  const args = [
    ...['-accel', 'kvm', '-m', '16', '-display', 'none', '-nodefaults', '-no-user-config', '-no-reboot'],
    ...['-device', 'isa-debug-exit,iobase=0xf4,iosize=0x04', '-drive', `file=${disk},format=raw,if=ide`],
  ];
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'ignore' });
    // A process that waits on a stuck device does not even die at once: the answer does not wait for it.
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      child.unref();
      resolve('hangs');
    }, timeoutMs);
    child.once('error', () => {
      clearTimeout(timer);
      resolve('untried');
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      resolve(code === EXPECTED_EXIT ? 'boots' : 'hangs');
    });
  });
}
