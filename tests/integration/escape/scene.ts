import { randomBytes } from 'node:crypto';
import path from 'node:path';
import Docker from 'dockerode';
import type { ExecRequest, ExecResult, Sandbox } from '#server/sandboxes/driver.ts';
import { DockerDriver } from '#server/sandboxes/drivers/docker/docker-driver.ts';
import { dockerPlace } from '#server/sandboxes/drivers/docker/docker-place.ts';
import { createMirror, type Mirror } from '#server/sandboxes/registry/mirror.ts';
import { openTestEngine, type TestEngine } from '../../support/engine-for-tests.ts';
import { HostWitness } from './host-witness.ts';

export const LIMITS = { memoryMiB: 512, cpus: 0.7, pids: 256, diskMiB: 1024 };
const HOME = process.env.CHAPTERHOUSE_TEST_HOME ?? '/var/lib/chapterhouse-test';
const DEFAULTS = { user: 'root', timeoutMs: 40_000, maxOutputBytes: 256 * 1024 } as const;
/** Pulled from the product's own mirror. */
const PULL = 'until docker pull -q alpine; do sleep 0.2; done';

type Options = Partial<Omit<ExecRequest, 'argv'>> & { in?: Sandbox };
type Parts = { lab: TestEngine; mirror: Mirror; driver: DockerDriver; witness: HostWitness };

/** A real engine with a hostile sandbox and a neighbour in it, and a witness on the host. */
export class Scene {
  readonly witness: HostWitness;
  readonly driver: DockerDriver;
  readonly docker: Docker;
  readonly attacker: Sandbox;
  readonly neighbour: Sandbox;
  readonly #parts: Parts;
  #spares: Sandbox[] = [];

  private constructor(parts: Parts, [attacker, neighbour]: [Sandbox, Sandbox]) {
    this.#parts = parts;
    this.witness = parts.witness;
    this.driver = parts.driver;
    this.docker = new Docker({ socketPath: parts.lab.engine.facts.socket });
    this.attacker = attacker;
    this.neighbour = neighbour;
  }

  static async open(): Promise<Scene> {
    const lab = await openTestEngine();
    // Whoever started it watches it: a suite that borrows an engine must never restart it.
    lab.engine.release();
    const mirror = createMirror(lab.engine.facts);
    await mirror.start();
    await mirror.seed();
    const driver = new DockerDriver({
      installation: `escape-${process.pid}`,
      place: async () => dockerPlace(lab.engine.facts),
      imageFor: async () => lab.imageTag,
      handOverCgroup: (containerId) => lab.engine.handOverCgroup(containerId),
    });
    const witness = await HostWitness.stand({
      folder: path.join(HOME, 'escape'),
      store: path.join(lab.engine.facts.home, 'data'),
    });
    const made = await Promise.all([hostile(driver, lab), hostile(driver, lab)]);
    const scene = new Scene({ lab, mirror, driver, witness }, made);
    await Promise.all(made.map((sandbox) => scene.root(PULL, { in: sandbox, timeoutMs: 90_000 })));
    return scene;
  }

  get engine() {
    return this.#parts.lab.engine;
  }

  /** A script as root of the hostile sandbox, or of another. */
  root(script: string, { in: where = this.attacker, ...options }: Options = {}): Promise<ExecResult> {
    return where.exec({ ...DEFAULTS, ...options, argv: ['bash', '-c', script] });
  }

  /** A script in a container of the sandbox's own Docker. */
  nested(flags: string, script: string, options: Options = {}): Promise<ExecResult> {
    const argv = ['sh', '-c', `exec docker run --rm ${flags} alpine sh -c "$0"`, script] as const;
    return (options.in ?? this.attacker).exec({ ...DEFAULTS, ...options, argv: [...argv] });
  }

  /** A sandbox to be ruined: gone when its attempt is over. */
  async spare(): Promise<Sandbox> {
    const sandbox = await hostile(this.driver, this.#parts.lab);
    this.#spares.push(sandbox);
    return sandbox;
  }

  /** Ends the sandboxes of an attempt. */
  async tidy(): Promise<void> {
    const spares = this.#spares;
    this.#spares = [];
    await Promise.all(spares.map((sandbox) => sandbox.destroy()));
  }

  /** The first process of a sandbox, by the host's number. */
  async pidOf(sandbox: Sandbox = this.attacker): Promise<number> {
    return (await this.docker.getContainer(sandbox.ref).inspect()).State.Pid;
  }

  /** A file of a sandbox as the host sees it. */
  async seenFromHost(file: string, sandbox: Sandbox = this.attacker): Promise<string> {
    return `/proc/${await this.pidOf(sandbox)}/root${file}`;
  }

  /** The neighbour opens a new shell, and runs a container of its own: what others take away shows here. */
  async neighbourWorks(): Promise<void> {
    const name = `new-${randomBytes(4).toString('hex')}`;
    const shell = await this.neighbour.openShell({ name, size: { cols: 80, rows: 24 } });
    const answered = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('no new shell for the neighbour')), 20_000);
      let said = '';
      shell.onOutput((data) => {
        said += Buffer.from(data).toString('latin1');
        if (!said.includes('here: yes')) return;
        clearTimeout(timer);
        resolve();
      });
    });
    shell.write(Buffer.from("echo 'here:' yes\r"));
    await answered;
    await shell.kill();
    const ran = await this.nested('', 'echo works', { in: this.neighbour, user: 'student' });
    if (ran.stdout.trim() !== 'works') throw new Error(`the neighbour’s docker run failed: ${ran.stderr}`);
  }

  async close(): Promise<void> {
    const { lab, mirror, driver, witness } = this.#parts;
    await Promise.all([this.attacker.destroy(), this.neighbour.destroy()]);
    await driver.dispose();
    await witness.leave();
    // A shared one goes on serving the other suites.
    if (process.env.CHAPTERHOUSE_TEST_ENGINE_SOCKET !== undefined) mirror.release();
    else await mirror.stop();
    await lab.close();
  }
}

function hostile(driver: DockerDriver, { courseId }: TestEngine): Promise<Sandbox> {
  return driver.create({ sandboxId: `escape-${randomBytes(5).toString('hex')}`, courseId, limits: LIMITS });
}
