import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { startFilter } from '#server/keeper/filter/filter-server.ts';
import type { SandboxRules } from '#server/keeper/filter/sandbox-request.ts';

export type Heard = { method: string; url: string; headers: string[]; body: string };
export type Answer = { status: number; text: string };

/** The filter before an engine that does nothing but write down what reaches it. */
export type RecordingEngine = {
  heard: Heard[];
  /** Sends these bytes as they are, and answers all that comes back until the filter closes or is silent. */
  raw(bytes: string): Promise<string>;
  ask(method: string, target: string, body?: unknown): Promise<Answer>;
  close(): Promise<void>;
};

type Request = { installation: string; rules: SandboxRules; containers: Record<string, Record<string, string>> };

export async function recordingEngine({ installation, rules, containers }: Request): Promise<RecordingEngine> {
  const folder = mkdtempSync(path.join(tmpdir(), 'recording-'));
  const [engineSocket, socketPath] = [path.join(folder, 'engine'), path.join(folder, 'filter')];
  const heard: Heard[] = [];
  const engine = createServer(async (request, response) => {
    const { method = '', url = '', rawHeaders } = request;
    const labels = containers[/^\/containers\/(\w+)\/json$/.exec(url)?.[1] ?? ''];
    const isExec = /^\/exec\/\w+\/json$/.test(url);
    heard.push({ method, url, headers: rawHeaders, body: await text(request) });
    if (labels) response.end(JSON.stringify({ Config: { Labels: labels } }));
    else if (isExec) response.end(JSON.stringify({ ContainerID: Object.keys(containers)[0] }));
    else if (/^\/containers\/\w+\/json$/.test(url)) response.writeHead(404).end('{"message":"No such container"}');
    else response.end('{}');
  });
  await new Promise<void>((resolve) => engine.listen(engineSocket, resolve));
  const filter = await startFilter({
    socketPath,
    groupId: null,
    engineSocket,
    installation,
    sandboxRules: async () => rules,
  });
  const raw = (bytes: string) => exchange(socketPath, bytes);
  return {
    heard,
    raw,
    async ask(method, target, body) {
      const json = body === undefined ? '' : JSON.stringify(body);
      const length = Buffer.byteLength(json);
      const answer = await raw(
        `${method} ${target} HTTP/1.1\r\nhost: docker\r\nconnection: close\r\ncontent-length: ${length}\r\n\r\n${json}`,
      );
      const [, status, rest] = /^HTTP\/1\.1 (\d+).*?\r\n\r\n(.*)$/s.exec(answer) ?? [];
      return { status: Number(status), text: rest ?? '' };
    },
    async close() {
      await filter[Symbol.asyncDispose]();
      await new Promise((resolve) => engine.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function exchange(socketPath: string, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(socketPath, () => socket.write(bytes));
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      answer += chunk;
    });
    // What the filter cut off is an answer too.
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(answer));
  });
}
