import { describe, expect, test } from 'vitest';
import { isOwnRequest } from '#server/preview/preview-asking.ts';
import {
  PREVIEW_COOKIE,
  previewCookie,
  requestHeaders,
  responseHeaders,
  setPreviewCookie,
} from '#server/preview/preview-headers.ts';

const asked = { host: 'p1-x.localhost:3000', isHttps: false };

describe('what goes in', () => {
  test.each([
    'chapterhouse.session_token=s',
    '__Secure-chapterhouse.session_token=s',
    '__Host-chapterhouse.preview=s',
    'Chapterhouse.Session_Token=s',
    'ch_lang=fr',
    `${PREVIEW_COOKIE}=s`,
  ])('the cookie %s never does, and the program’s own do', (cookie) => {
    expect(requestHeaders({ cookie: `a=1; ${cookie}; b=2` }, asked).cookie).toBe('a=1; b=2');
    expect(requestHeaders({ cookie }, asked)).not.toHaveProperty('cookie');
  });

  test('what a proxy or this server says, and what is of one connection, does not', () => {
    const headers = {
      connection: 'keep-alive, x-hop',
      'x-hop': '1',
      upgrade: 'h2c',
      'transfer-encoding': 'chunked',
      'x-forwarded-for': '10.0.0.1',
      forwarded: 'for=10.0.0.1',
      'x-chapterhouse-address': '10.0.0.1',
      accept: 'text/html',
    };
    expect(requestHeaders(headers, asked)).toEqual({
      accept: 'text/html',
      host: asked.host,
      'x-forwarded-host': asked.host,
      'x-forwarded-proto': 'http',
    });
  });
});

describe('what comes out', () => {
  const cookies = (...setCookie: string[]) => responseHeaders({ 'set-cookie': setCookie }, false)['set-cookie'];

  test('a cookie is for this host alone', () => {
    expect(cookies('a=1; Domain=localhost; Path=/', 'b=2;domain=.example.org', 'c=3; DOMAIN; Secure')).toEqual([
      'a=1; Path=/',
      'b=2',
      'c=3; Secure',
    ]);
  });

  test.each([
    'chapterhouse.session_token=evil; Path=/',
    ' chapterhouse.preview=evil',
    '=chapterhouse.session_token=evil',
    '__Host-chapterhouse.preview=evil; Secure; Path=/',
    'CH_LANG=fr',
  ])('the cookie %j does not pose as ours', (cookie) => {
    expect(cookies(cookie)).toBeUndefined();
  });

  test('nothing reaches beyond the origin', () => {
    const headers = {
      'clear-site-data': '"cookies"',
      'strict-transport-security': 'max-age=9; includeSubDomains',
      'alt-svc': 'h2=":443"',
      connection: 'close',
      'content-type': 'text/html',
    };
    expect(responseHeaders(headers, false)).toEqual({ 'content-type': 'text/html' });
  });

  test('an origin that is shared keeps nothing', () => {
    expect(responseHeaders({ 'cache-control': 'max-age=99' }, true)).toEqual({ 'cache-control': 'no-store' });
  });
});

test('our cookie is host-only and hidden from scripts, and said twice it counts for nothing', () => {
  expect(setPreviewCookie('t', false)).toBe('chapterhouse.preview=t; Path=/; HttpOnly; SameSite=Lax');
  expect(setPreviewCookie('t', true)).toBe('__Host-chapterhouse.preview=t; Path=/; HttpOnly; SameSite=Lax; Secure');
  expect(previewCookie({ cookie: 'x=1; chapterhouse.preview=t' })).toBe('t');
  expect(previewCookie({ cookie: 'chapterhouse.preview=t; chapterhouse.preview=u' })).toBeNull();
  expect(previewCookie({})).toBeNull();
});

describe('who may ask', () => {
  const own = (host: string) => host === 'p1-x.localhost:3000';
  const asks = (headers: Record<string, string>, method = 'GET') => isOwnRequest({ method, headers }, own);

  test('the preview’s own pages, and whoever opens its address', () => {
    expect(asks({ origin: 'http://p1-x.localhost:3000' }, 'POST')).toBe(true);
    expect(asks({ 'sec-fetch-site': 'same-origin' })).toBe(true);
    expect(asks({ 'sec-fetch-site': 'none' })).toBe(true);
    expect(asks({})).toBe(true);
    const opened = { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    expect(asks(opened)).toBe(true);
    expect(asks(opened, 'POST')).toBe(false);
  });

  test('no page of somebody else', () => {
    expect(asks({ origin: 'http://p1-y.localhost:3000' })).toBe(false);
    expect(asks({ origin: 'null' })).toBe(false);
    expect(asks({ 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' })).toBe(
      false,
    );
    expect(asks({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' })).toBe(
      false,
    );
  });
});
