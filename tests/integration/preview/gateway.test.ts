import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { AppError } from '#server/errors.ts';
import { PLATFORM_COOKIE, startPreviewServer, startStudentServer } from '../../support/preview-server.ts';

test('a ticket opens the preview, and its cookie is what opens it afterwards', async () => {
  await using platform = await startPreviewServer();
  await using student = await startStudentServer();
  const url = platform.ticket({ port: student.port });
  expect(url.hostname).toMatch(new RegExp(`^p${student.port}-[a-z2-7]{26}\\.previews\\.test$`));
  const entered = await platform.ask(url.host, url.pathname + url.search);
  expect(entered).toMatchObject({ status: 303, headers: { location: '/', 'referrer-policy': 'no-referrer' } });
  expect(entered.headers['set-cookie']).toEqual([expect.stringMatching(/; Path=\/; HttpOnly; SameSite=Lax$/)]);
  const cookie = entered.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  const page = await platform.ask(url.host, '/a?b=c', { method: 'POST', body: 'text', headers: { cookie } });
  expect(page).toMatchObject({ status: 200, text: 'hello POST /a?b=c text' });
});

test('a ticket is good once, for its own host, and for nobody who made one up', async () => {
  await using platform = await startPreviewServer();
  const url = platform.ticket({ port: 8080 });
  await platform.enter(url);
  await expect(platform.enter(url)).rejects.toThrow('401');
  const other = platform.ticket({ port: 8080, seat: 'eve' });
  expect((await platform.ask(url.host, other.pathname + other.search)).status).toBe(401);
  expect((await platform.ask(url.host, '/.chapterhouse/enter?ticket=made-up')).status).toBe(401);
  // Tried at the wrong host, it is spent.
  await expect(platform.enter(other)).rejects.toThrow('401');
});

test('without its cookie a preview tells nothing, and another preview’s cookie opens no other', async () => {
  await using platform = await startPreviewServer();
  await using student = await startStudentServer();
  const ada = await platform.enter(platform.ticket({ port: student.port }));
  const eve = await platform.enter(platform.ticket({ port: student.port, seat: 'eve' }));
  expect((await platform.ask(ada.host, '/')).status).toBe(401);
  expect((await platform.ask(ada.host, '/', { headers: { cookie: PLATFORM_COOKIE } })).status).toBe(401);
  expect((await platform.ask(ada.host, '/', { headers: { cookie: eve.cookie } })).status).toBe(401);
  expect(student.asked).toHaveLength(0);
});

test('no cookie of ours reaches the student’s server, and none of its own reaches further than its host', async () => {
  await using platform = await startPreviewServer();
  await using student = await startStudentServer();
  const { host, cookie } = await platform.enter(platform.ticket({ port: student.port }));
  const headers = { cookie: `${PLATFORM_COOKIE}; ${cookie}; own=1; ch_lang=fr`, 'x-forwarded-for': '10.1.1.1' };
  const { headers: answered } = await platform.ask(host, '/cookies', { headers });
  expect(answered['set-cookie']).toEqual(['own=1']);
  expect(student.asked[0]?.headers).toMatchObject({ cookie: 'own=1', host });
  expect(JSON.stringify(student.asked[0]?.rawHeaders)).not.toMatch(/platform-secret|chapterhouse|10\.1\.1\.1/);
});

test('an answer is passed on while it is being made', async () => {
  await using platform = await startPreviewServer();
  await using student = await startStudentServer();
  const { host, cookie } = await platform.enter(platform.ticket({ port: student.port }));
  const answer = await fetchStream(platform.port, { host, cookie });
  expect(await answer.next()).toBe('first');
  student.goOn();
  expect(await answer.next()).toBe(' last');
});

test('a WebSocket goes through for the preview’s own page, and for no other', async () => {
  await using platform = await startPreviewServer();
  await using student = await startStudentServer();
  const { host, cookie } = await platform.enter(platform.ticket({ port: student.port }));
  const own = platform.socket(host, { cookie: `${PLATFORM_COOKIE}; ${cookie}`, origin: `http://${host}` });
  await once(own, 'open');
  own.send('hi');
  const [data] = await once(own, 'message');
  expect(String(data)).toBe('echo hi');
  expect(student.asked[0]?.headers.cookie).toBeUndefined();
  const closed = once(own, 'close');
  own.close();
  await closed;
  const eve = platform.ticket({ port: student.port, seat: 'eve' });
  for (const headers of [
    { cookie },
    { cookie, origin: `http://${eve.host}` },
    { cookie, origin: platform.site },
    { origin: `http://${host}` },
  ]) {
    const refused = platform.socket(host, headers as Record<string, string>);
    await expect(once(refused, 'open')).rejects.toThrow(/40[13]/);
  }
});

test('a page of somebody else is refused, and another port of the same seat is not', async () => {
  await using platform = await startPreviewServer();
  await using student = await startStudentServer();
  const { host, cookie } = await platform.enter(platform.ticket({ port: student.port }));
  const from = async (origin: string) => (await platform.ask(host, '/', { headers: { cookie, origin } })).status;
  expect(await from(`http://${platform.ticket({ port: 3000 }).host}`)).toBe(200);
  expect(await from(`http://${platform.ticket({ port: 3000, seat: 'eve' }).host}`)).toBe(403);
  expect(await from(platform.site)).toBe(403);
  const embedded = { cookie, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' };
  expect((await platform.ask(host, '/', { headers: embedded })).status).toBe(403);
});

test('the platform is not at a preview’s name, nor a preview at the platform’s, nor anything for a proxy', async () => {
  await using platform = await startPreviewServer();
  await using student = await startStudentServer();
  const { host, cookie } = await platform.enter(platform.ticket({ port: student.port }));
  expect((await platform.ask('lab.test', '/', { headers: { cookie } })).text).toBe('the platform');
  for (const name of ['www.previews.test', 'p1-short.previews.test', `x.${host}`])
    expect((await platform.ask(name, '/', { headers: { cookie } })).status, name).toBe(401);
  const asProxy = await platform.ask(host, 'http://example.test/', { headers: { cookie } });
  expect(asProxy.status).toBe(400);
  expect((await platform.ask(host, '/.chapterhouse/other', { headers: { cookie } })).status).toBe(404);
  expect(student.asked).toHaveLength(0);
});

test('why there is nothing to see is said in the visitor’s language', async () => {
  await using platform = await startPreviewServer();
  const { port } = await closedPort();
  const english = await platform.enter(platform.ticket({ port }));
  const said = await platform.ask(english.host, '/', { headers: { cookie: english.cookie } });
  expect(said.status).toBe(502);
  expect(said.text).toContain(`Nothing listens on port ${port}`);
  expect(said.headers['content-security-policy']).toContain("default-src 'none'");
  const french = await platform.enter(platform.ticket({ port, language: 'fr' }));
  const dit = await platform.ask(french.host, '/', { headers: { cookie: french.cookie } });
  expect(dit.text).toContain(`Rien n’écoute sur le port ${port}`);
  const unknown = await platform.ask(french.host, '/', { headers: { 'accept-language': 'fr-CH' } });
  expect(unknown.text).toContain('lang="fr"');
  platform.found.sandbox = null;
  platform.found.phase = 'booting';
  expect((await platform.ask(french.host, '/', { headers: { cookie: french.cookie } })).status).toBe(503);
  platform.found.phase = 'gone';
  const gone = await platform.ask(english.host, '/', { headers: { cookie: english.cookie } });
  expect(gone).toMatchObject({ status: 410, text: expect.stringContaining('The sandbox has ended') });
});

test('a program that speaks something else is said to', async () => {
  await using platform = await startPreviewServer();
  const talker = createServer((socket) => socket.end('SSH-2.0-something\r\n')).listen(0, '127.0.0.1');
  await once(talker, 'listening');
  const { port } = talker.address() as { port: number };
  const { host, cookie } = await platform.enter(platform.ticket({ port }));
  const said = await platform.ask(host, '/', { headers: { cookie } });
  expect(said).toMatchObject({ status: 502, text: expect.stringContaining('does not answer as a web page') });
  talker.close();
});

test('a server that was started again is reached by the next request, though a connection to the first was kept', async () => {
  await using platform = await startPreviewServer();
  await using student = await startStudentServer();
  const { host, cookie } = await platform.enter(platform.ticket({ port: student.port }));
  const headers = { cookie };
  expect((await platform.ask(host, '/', { headers })).status).toBe(200);
  student.asked[0]?.socket.destroy();
  expect((await platform.ask(host, '/', { headers })).status).toBe(200);
});

test('who may no longer is asked again, and refused', async () => {
  await using platform = await startPreviewServer();
  await using student = await startStudentServer();
  let isSignedIn = true;
  const may = async () => {
    if (!isSignedIn) throw new AppError('not_signed_in', 'signed out');
  };
  const { host, cookie } = await platform.enter(platform.ticket({ port: student.port, may }));
  isSignedIn = false;
  await expect
    .poll(async () => (await platform.ask(host, '/', { headers: { cookie } })).status, {
      timeout: 30_000,
      interval: 500,
    })
    .toBe(401);
});

test('on a second port there is one preview at a time, kept by nobody, and only one’s own', async () => {
  await using platform = await startPreviewServer({ secondPort: true });
  await using student = await startStudentServer();
  expect(() => platform.ticket({ port: student.port, isOwn: false })).toThrow('no name');
  const url = platform.ticket({ port: student.port });
  expect(url.host).toBe(`lab.test:${platform.port}`);
  const entered = await platform.ask(url.host, url.pathname + url.search);
  expect(entered.headers['clear-site-data']).toBe('"cache", "storage"');
  const cookie = entered.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  const headers = { cookie: `${PLATFORM_COOKIE}; ${cookie}` };
  expect((await platform.ask(url.host, '/', { headers })).headers['cache-control']).toBe('no-store');
  expect(student.asked[0]?.headers.cookie).toBeUndefined();
});

async function closedPort(): Promise<{ port: number }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return { port };
}

async function fetchStream(port: number, { host, cookie }: { host: string; cookie: string }) {
  const { request } = await import('node:http');
  const asking = request({ port, path: '/stream', headers: { host, cookie }, agent: false }).end();
  const [answer] = await once(asking, 'response');
  const chunks = answer.setEncoding('utf8')[Symbol.asyncIterator]();
  return { next: async () => (await chunks.next()).value as string };
}
