import { expect, test } from 'vitest';
import { placeOf, readHost, seatLabel } from '#server/preview/preview-names.ts';

const label = seatLabel('secret', 'seat');

test('a label is a DNS label, the same for a seat each time, and another for another seat or secret', () => {
  expect(label).toMatch(/^[a-z2-7]{26}$/);
  expect(seatLabel('secret', 'seat')).toBe(label);
  expect(seatLabel('secret', 'copy:a:b')).not.toBe(label);
  expect(seatLabel('other', 'seat')).not.toBe(label);
});

test('a host of our own form is read, whatever its case and port', () => {
  expect(readHost(`p8080-${label}.localhost:3000`, 'localhost')).toEqual({ port: 8080, label });
  expect(readHost(`P80-${label}.Preview.Example.org`, 'preview.example.org:8443')).toEqual({ port: 80, label });
});

test.each([
  `p0-${label}`,
  `p65536-${label}`,
  `p080-${label}`,
  `p8080-${label}x`,
  'p8080-',
  `x.p8080-${label}`,
  'www',
  '',
])('%j below the base is no preview, and never the platform', (name) => {
  expect(readHost(`${name}.localhost`, 'localhost')).toBe('unknown');
});

test.each(['localhost', 'localhost:3000', 'example.org', `p1-${label}.localhost.evil.test`, 'evillocalhost', ''])(
  '%j is not below the base',
  (host) => {
    expect(readHost(host, 'localhost')).toBe('elsewhere');
  },
);

test('browsers on the machine itself need no setting', () => {
  for (const site of ['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000']) {
    const place = placeOf({ host: null, port: null }, { site, port: 8080, label });
    expect(place).toMatchObject({ kind: 'names', origin: `http://p8080-${label}.localhost:3000` });
  }
});

test('others need a wildcard name, or else a second port, and have nothing without either', () => {
  const asked = { site: 'https://lab.example.org', port: 8080, label };
  expect(placeOf({ host: null, port: null }, asked)).toBeNull();
  expect(placeOf({ host: null, port: 3001 }, asked)).toMatchObject({
    kind: 'second_port',
    origin: 'https://lab.example.org:3001',
  });
  const wildcard = placeOf({ host: 'previews.example.net', port: 3001 }, asked);
  expect(wildcard).toMatchObject({ kind: 'names', host: `p8080-${label}.previews.example.net` });
  const other = placeOf({ host: 'previews.example.net:8443', port: null }, asked);
  expect(other).toMatchObject({ origin: `https://p8080-${label}.previews.example.net:8443` });
});
