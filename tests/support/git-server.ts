import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

export type GitServer = {
  /** `localhost:<port>` */
  host: string;
  /** The authority of its certificate. */
  caFile: string;
  /** Addresses that were asked for. */
  asked: string[];
  /** Commits all of a folder as the repository's newest state. */
  publish(name: string, folder: string, branch?: string): void;
  close(): Promise<void>;
};

const NOBODY = ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'commit.gpgsign=false'];
/** Answers nothing, ever. */
const SILENT = '/silent.git';
/** Sends on to an address of the same machine that is not encrypted. */
const ELSEWHERE = '/elsewhere.git';

/** A git server on this machine, over https with a certificate of its own, as git's own program for servers answers. */
export async function startGitServer(): Promise<GitServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'git-server-'));
  const [key, caFile] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const made = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-keyout',
    key,
    '-out',
    caFile,
    ...subject,
  ];
  execFileSync('openssl', made, { stdio: 'ignore' });
  const repositories = path.join(folder, 'repositories');
  mkdirSync(repositories);
  const asked: string[] = [];
  const server = createServer({ key: readFileSync(key), cert: readFileSync(caFile) }, (request, response) => {
    asked.push(request.url ?? '');
    if (request.url?.startsWith(SILENT)) return;
    if (request.url?.startsWith(ELSEWHERE)) {
      response.writeHead(302, { location: `http://127.0.0.1:1${request.url}` }).end();
      return;
    }
    answerByGit(repositories, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    host: `localhost:${port}`,
    caFile,
    asked,
    publish(name, source, branch = 'main') {
      const git = (...args: string[]) => execFileSync('git', [...NOBODY, ...args], { stdio: 'ignore' });
      const bare = path.join(repositories, name);
      git('init', '--quiet', '--bare', `--initial-branch=${branch}`, bare);
      const place = [`--git-dir=${bare}`, `--work-tree=${source}`];
      git(...place, 'symbolic-ref', 'HEAD', `refs/heads/${branch}`);
      git(...place, 'add', '--all', '--force');
      git(...place, 'commit', '--quiet', '--allow-empty', '-m', 'state');
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true });
    },
  };
}

function answerByGit(root: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search } = new URL(request.url ?? '/', 'https://localhost');
  const child = spawn('git', ['http-backend'], {
    env: {
      ...process.env,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      HTTP_GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
  });
  request.pipe(child.stdin).on('error', () => undefined);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.once('close', () => {
    const answer = Buffer.concat(chunks);
    const end = answer.indexOf('\r\n\r\n');
    const headers = answer.toString('latin1', 0, end).split('\r\n');
    const status = headers.find((line) => line.startsWith('Status: '))?.slice(8, 11) ?? '200';
    for (const line of headers) {
      const [name = '', value = ''] = line.split(/: (.*)/);
      if (name !== 'Status') response.setHeader(name, value);
    }
    response.statusCode = Number(status);
    response.end(answer.subarray(end + 4));
  });
}
