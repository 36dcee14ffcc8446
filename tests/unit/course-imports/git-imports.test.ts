import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GitPolicy, gitPlace, gitSource } from '#server/course-imports/git-address.ts';
import { isPublicAddress } from '#server/course-imports/public-address.ts';
import { gitCommand } from '#server/course-imports/read-git.ts';
import { type GitServer, startGitServer } from '../../support/git-server.ts';
import { bring, importsForTests, small } from '../../support/imports-for-tests.ts';

const place = importsForTests();
let server: GitServer;
beforeAll(async () => {
  server = await startGitServer();
});
afterAll(() => server.close());

const trusted = (): GitPolicy => ({ trustedHosts: [server.host], caFile: server.caFile });
const git = (name: string, rest = {}) => ({
  kind: 'git' as const,
  git: { url: `https://${server.host}/${name}`, ...rest },
});
const refusalOf = (report: Awaited<ReturnType<typeof bring>>) => {
  expect(report.outcome).toBe('refused');
  expect(place.left()).toEqual([]);
  return report.findings[0]?.what;
};

test('the newest state of a repository is a version, with its revision; a new state another one', async () => {
  server.publish('files-basics.git', place.courseDir());
  const imports = await place.open({ git: trusted() });
  const first = await bring(imports, git('files-basics.git'));
  expect(first).toMatchObject({ outcome: 'imported', courseId: 'files-basics--v1', ignored: [] });
  expect(await bring(imports, git('files-basics.git'))).toMatchObject({ outcome: 'unchanged' });
  writeFileSync(path.join(place.courseDir(), 'README.md'), 'more');
  server.publish('files-basics.git', place.courseDir());
  expect(await bring(imports, git('files-basics.git'))).toMatchObject({ outcome: 'imported', number: 2 });
  const [second] = imports.views(() => 0);
  expect(second?.origin).toMatchObject({ kind: 'git', revision: expect.stringMatching(/^[0-9a-f]{40}$/) });
});

test('a branch, and a folder in the repository', async () => {
  const repository = path.join(place.above(), 'all');
  mkdirSync(path.join(repository, 'courses'), { recursive: true });
  renameSync(place.courseDir(), path.join(repository, 'courses/files-basics'));
  server.publish('all.git', repository, 'lesson');
  const imports = await place.open({ git: trusted() });
  const asked = { ref: 'lesson', folder: 'courses/files-basics' };
  expect(await bring(imports, git('all.git', asked))).toMatchObject({
    outcome: 'imported',
    courseId: 'files-basics--v1',
  });
  expect(refusalOf(await bring(imports, git('all.git', { ...asked, ref: 'none' })))).toContain('cannot be fetched');
  expect(refusalOf(await bring(imports, git('all.git', { ...asked, folder: 'none' })))).toContain('cannot be fetched');
});

test('hooks, submodules and links of a repository do nothing', async () => {
  const mark = path.join(place.above(), 'ran');
  writeFileSync(
    path.join(place.courseDir(), '.gitmodules'),
    `[submodule "x"]\n\tpath = x\n\turl = https://${server.host}/sub.git\n`,
  );
  writeFileSync(path.join(place.courseDir(), '.gitattributes'), '*.md filter=evil\n');
  mkdirSync(path.join(place.courseDir(), 'hooks'));
  writeFileSync(path.join(place.courseDir(), 'hooks/post-checkout'), `#!/bin/sh\ntouch ${mark}\n`, { mode: 0o755 });
  server.publish('hostile.git', place.courseDir());
  const settings = path.join(place.above(), 'gitconfig');
  execFileSync('git', ['config', '-f', settings, 'filter.evil.smudge', `touch ${mark}`]);
  process.env.GIT_CONFIG_GLOBAL = settings;
  try {
    const imports = await place.open({ git: trusted() });
    expect(await bring(imports, git('hostile.git'))).toMatchObject({ outcome: 'imported', courseId: 'hostile--v1' });
  } finally {
    delete process.env.GIT_CONFIG_GLOBAL;
  }
  expect(existsSync(mark)).toBe(false);
  expect(server.asked.filter((url) => url.includes('sub.git'))).toEqual([]);
});

test('a link in the place of a text refuses the course', async () => {
  rmSync(path.join(place.courseDir(), '01-first-steps/chapter.md'));
  symlinkSync('/etc/passwd', path.join(place.courseDir(), '01-first-steps/chapter.md'));
  server.publish('linked.git', place.courseDir());
  expect(refusalOf(await bring(await place.open({ git: trusted() }), git('linked.git')))).toBe('is a link');
});

test('a repository that is too large, silent, sends elsewhere or is not there is refused within its time', async () => {
  const noise = Buffer.from(Array.from({ length: 400_000 }, () => Math.floor(Math.random() * 256)));
  writeFileSync(path.join(place.courseDir(), 'noise.bin'), noise);
  server.publish('large.git', place.courseDir());
  const bounded = await place.open({ git: trusted(), limits: small({ packedBytes: 100_000 }) });
  expect(refusalOf(await bring(bounded, git('large.git')))).toContain('cannot be fetched');
  const hurried = await place.open({ git: { ...trusted(), timeoutMs: 1_500 } });
  expect(refusalOf(await bring(hurried, git('silent.git')))).toContain('took too long');
  const imports = await place.open({ git: trusted() });
  expect(refusalOf(await bring(imports, git('elsewhere.git')))).toContain('cannot be fetched');
  expect(refusalOf(await bring(imports, git('none.git')))).toContain('cannot be fetched');
});

test('without the owner’s word this machine is not asked, and a certificate of nobody is not believed', async () => {
  server.publish('quiet.git', place.courseDir());
  const before = server.asked.length;
  expect(refusalOf(await bring(await place.open(), git('quiet.git')))).toBe('names a port');
  const unsure = await place.open({ git: { trustedHosts: [server.host], caFile: null } });
  expect(refusalOf(await bring(unsure, git('quiet.git')))).toContain('certificate');
  expect(server.asked).toHaveLength(before);
});

const none: GitPolicy = { trustedHosts: ['git.school.example'], caFile: null };
const at = (url: string, addresses: string[]) => gitPlace({ url }, none, async () => addresses);

test.each([
  'http://git.example.org/a.git',
  'file:///etc',
  'ext::sh -c id',
  'ssh://git@example.org/a.git',
  'git@example.org:a.git',
  '--upload-pack=id',
  'https://user:word@git.example.org/a.git',
  'https://git.example.org:8443/a.git',
  'https://git.example.org/a.git?x',
  '/srv/a.git',
])('%s is no address for an import', async (url) => {
  await expect(at(url, ['93.184.215.14'])).rejects.toThrow(/https:\/\/|password|port|after the path/);
});

test.each([
  '127.0.0.1',
  '10.1.2.3',
  '169.254.169.254',
  '192.168.1.1',
  '100.64.0.1',
  '0.0.0.0',
  '::1',
  'fd00::1',
  'fe80::1',
  '::ffff:10.0.0.1',
  '64:ff9b::a00:1',
  '2002:a00:1::',
])('a name that leads to %s is refused, also beside a public address', async (address) => {
  await expect(at('https://git.example.org/a.git', ['93.184.215.14', address])).rejects.toThrow('into this network');
  expect(isPublicAddress(address)).toBe(false);
});

test('a public address is taken, and one inside where the owner named the host', async () => {
  expect(await at('https://git.example.org/team/Files.git', ['93.184.215.14', '2606:2800:21f::1'])).toMatchObject({
    family: 'files',
    port: 443,
  });
  expect(await at('https://git.school.example/a.git', ['10.0.0.5'])).toMatchObject({ addresses: ['10.0.0.5'] });
});

test('git is told which addresses the name stood for, and to talk https alone', async () => {
  const found = await at('https://git.example.org/a.git', ['93.184.215.14', '2606:2800:21f::1']);
  const limits = small({});
  const command = gitCommand({ args: ['fetch'], bare: '/x', place: found, policy: none, limits });
  expect(command).toContain('http.curloptResolve=git.example.org:443:93.184.215.14,[2606:2800:21f::1]');
  for (const setting of ['protocol.allow=never', 'protocol.https.allow=always', 'http.followRedirects=false'])
    expect(command).toContain(setting);
});

test.each(['-x', '--upload-pack=id', 'a..b', 'a b', 'x.lock', '/a'])('%j is neither branch nor folder', (text) => {
  const url = 'https://git.example.org/a.git';
  expect(gitSource.safeParse({ url, ref: text }).success).toBe(false);
  expect(gitSource.safeParse({ url, folder: text }).success).toBe(text === 'x.lock');
});
