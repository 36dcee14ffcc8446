import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { db } from '#server/db.ts';
import { type BenchRoom, openRoom } from '../../bench/classroom.ts';
import { comes, runs } from '../../bench/student.ts';

const LONG = 600_000;
const QUIET_LONG_AGO = 'touch -d "20 minutes ago" /dev/pts/[0-9]*';
let room: BenchRoom;

beforeAll(async () => {
  room = await openRoom();
}, LONG);
afterAll(() => room.close(), LONG);

test('a warm sandbox gives its student a prompt, and a Docker that runs a container', { timeout: LONG }, async () => {
  await room.fillPool(1);
  const [warm] = await db().sandbox.findMany({ where: { purpose: 'pool', phase: 'ready' } });
  const { enrollmentId, shell } = await comes(room);
  const sandbox = room.manager.find(enrollmentId);
  expect(sandbox?.sandboxId).toBe(warm?.id);
  expect(await db().sandbox.findUnique({ where: { id: warm?.id ?? '' } })).toMatchObject({
    purpose: 'seat',
    enrollmentId,
    poolKey: null,
  });
  expect(await runs(shell, 'docker run --rm alpine true')).toBeGreaterThan(0);
  // Its engine knows no more sandboxes than there are records of.
  const listed = (await room.driver.list()).map(({ sandboxId }) => sandboxId);
  const live = await db().sandbox.findMany({ where: { phase: { not: 'gone' } } });
  expect(live.map(({ id }) => id)).toEqual(expect.arrayContaining(listed));
});

test('Docker starts with the first command, rests when nobody types, and is awake for who asks about it', {
  timeout: LONG,
}, async () => {
  const { enrollmentId, shell } = await comes(room);
  const sandbox = room.manager.find(enrollmentId);
  const asRoot = async (script: string) => {
    const request = { argv: ['sh', '-c', script], user: 'root', timeoutMs: 60_000, maxOutputBytes: 4096 } as const;
    return (await sandbox?.exec(request))?.stdout.trim();
  };
  await runs(shell, 'docker version > /dev/null');
  expect(await asRoot('systemctl is-active docker.service')).toBe('active');

  // Somebody has typed just now: it stays.
  await asRoot('/usr/local/lib/chapterhouse/docker-rest.sh');
  expect(await asRoot('systemctl is-active docker.service')).toBe('active');

  // A container that runs is somebody's work.
  await runs(shell, 'docker run -d --name web alpine sleep 600');
  await asRoot(`${QUIET_LONG_AGO}; /usr/local/lib/chapterhouse/docker-rest.sh`);
  expect(await asRoot('systemctl is-active docker.service')).toBe('active');

  await runs(shell, 'docker kill web');
  await asRoot(`${QUIET_LONG_AGO}; /usr/local/lib/chapterhouse/docker-rest.sh`);
  expect(await asRoot('systemctl is-active docker.service containerd.service docker.socket')).toBe(
    'inactive\ninactive\nactive',
  );

  await runs(shell, 'systemctl status docker > /tmp/status; grep -q "active (running)" /tmp/status');
  expect(await asRoot('systemctl is-active docker.service')).toBe('active');
});

test('whatever is typed while Docker wakes, it is asked for once', { timeout: LONG }, async () => {
  const { enrollmentId, shell } = await comes(room);
  const sandbox = room.manager.find(enrollmentId);
  const asRoot = async (script: string) => {
    const request = { argv: ['sh', '-c', script], user: 'root', timeoutMs: 60_000, maxOutputBytes: 4096 } as const;
    return (await sandbox?.exec(request))?.stdout.trim();
  };
  // One that was warm has a Docker that runs.
  await asRoot(`${QUIET_LONG_AGO}; /usr/local/lib/chapterhouse/docker-rest.sh`);
  // As slow as on a busy machine.
  const slowly = '[Service]\\nExecStartPre=/bin/sleep 3600';
  const folder = '/run/systemd/system/docker.service.d';
  await asRoot(`mkdir -p ${folder}; printf "${slowly}" > ${folder}/slow.conf; systemctl daemon-reload`);
  const askers = () => asRoot('pgrep --full --count "^docker version"');
  for (let times = 0; times < 8; times++) await runs(shell, 'true');
  await vi.waitFor(async () => expect(await askers()).toBe('1'), { timeout: 20_000, interval: 200 });
  for (let times = 0; times < 8; times++) await runs(shell, 'true');
  expect(await askers()).toBe('1');
});
