import type { ImageContent } from './image-content.ts';
import { type ImageRecipe, imageOf, type Layer } from './image-files.ts';
import type { TarEntry } from './tar-archive.ts';

/** What stand-ins are made of: a static busybox and the names of its applets. */
export type BusyBox = { binary: Uint8Array; applets: string[]; version: string };

const SMALL = [
  'bin',
  'sbin',
  'usr/bin',
  'usr/sbin',
  'etc',
  'home',
  'root',
  'tmp',
  'var',
  'var/tmp',
  'proc',
  'sys',
  'dev',
  'run',
  'mnt',
  'opt',
];
const LINUX = { os: 'linux', architecture: 'amd64' };
const PATH = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];

const APK = `#!/bin/sh
case "$1" in
  --version | -V) echo "apk stand-in: this image imitates alpine with busybox from Debian; it has no package manager" ;;
  *) echo "apk: this image is a stand-in for alpine, built from busybox without a network. It has no package manager." >&2; exit 1 ;;
esac
`;

const file = (path: string, content: string | Uint8Array, mode = 0o644): TarEntry => ({
  kind: 'file',
  path,
  mode,
  content,
});

function smallSystem({ binary, applets, version }: BusyBox, name: string): TarEntry[] {
  const directories = SMALL.map(
    (path): TarEntry => ({ kind: 'directory', path, mode: path.endsWith('tmp') ? 0o1777 : 0o755 }),
  );
  const links = applets
    .filter((applet) => applet !== 'busybox')
    .map((applet): TarEntry => ({ kind: 'link', path: `bin/${applet}`, target: '/bin/busybox' }));
  return [
    ...directories,
    file('bin/busybox', binary, 0o755),
    ...links,
    file('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n'),
    file('etc/group', 'root:x:0:\ntty:x:5:\nnogroup:x:65534:\n'),
    file(
      'etc/profile',
      "export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nexport PS1='\\w # '\n",
    ),
    file(
      'etc/os-release',
      `NAME="${name} (stand-in)"\nID=chapterhouse-stand-in\nPRETTY_NAME="${name} stand-in, built from busybox ${version}"\n`,
    ),
  ];
}

/** Small, so that a first container starts within a second. It says openly what it is. */
export function alpineStandIn(busybox: BusyBox): ImageRecipe {
  return {
    repository: 'library/alpine',
    tag: 'latest',
    platform: LINUX,
    entries: [...smallSystem(busybox, 'Alpine Linux'), file('sbin/apk', APK, 0o755)],
    config: { Cmd: ['/bin/sh'], Env: PATH },
  };
}

const PAGE = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Hello from a container</title>
<style>
  body { font: 18px/1.6 Georgia, serif; max-width: 34rem; margin: 12vh auto; padding: 0 1.5rem; color: #1f2328; background: #fbfaf7 }
  h1 { font-size: 2.2rem; line-height: 1.2 } code { font: .9em ui-monospace, monospace; background: #f1efe9; padding: .1em .35em; border-radius: 4px }
  @media (prefers-color-scheme: dark) { body { color: #e6e4df; background: #15181d } code { background: #23272e } }
</style>
<h1>Hello from a container.</h1>
<p>A small web server inside a container, inside your sandbox, listens on port <code>8787</code>. You published it with
<code>-p 8787:8787</code>: that is why your browser can reach it.</p>
<p>Stop the container, and this page is gone.</p>
</html>
`;

export function helloWeb(busybox: BusyBox): ImageRecipe {
  return {
    repository: 'chapterhouse/hello-web',
    tag: 'latest',
    platform: LINUX,
    entries: [
      ...smallSystem(busybox, 'Hello web'),
      { kind: 'directory', path: 'www', mode: 0o755 },
      file('www/index.html', PAGE),
    ],
    config: {
      Cmd: ['/bin/httpd', '-f', '-v', '-p', '8787', '-h', '/www'],
      Env: PATH,
      ExposedPorts: { '8787/tcp': {} },
    },
  };
}

/** Only its platform matters: Docker on Linux must refuse it with its own words. */
export function windowsServer(): ImageRecipe {
  return {
    repository: 'windows/servercore',
    tag: 'ltsc2019',
    platform: { os: 'windows', architecture: 'amd64', 'os.version': '10.0.17763.1' },
    entries: [
      file('Files/README.txt', 'A stand-in: there is no Windows in here, only its platform in the manifest.\r\n'),
    ],
    config: { Cmd: ['c:\\windows\\system32\\cmd.exe'] },
  };
}

/** A real Debian, though not the one that its makers publish: made of the same packages on this machine. */
export function debianStandIn(root: Layer): ImageContent {
  const name = { repository: 'library/debian', tag: 'stable-slim', platform: LINUX };
  return imageOf({ ...name, config: { Cmd: ['bash'], Env: PATH } }, root);
}
