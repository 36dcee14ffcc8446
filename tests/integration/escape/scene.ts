import { randomBytes } from 'node:crypto';
import path from 'node:path';
import Docker from 'dockerode';
import type { ExecRequest, ExecResult, NetworkMode, Sandbox } from '#server/sandboxes/driver.ts';
import { DockerDriver } from '#server/sandboxes/drivers/docker/docker-driver.ts';
import { dockerPlace } from '#server/sandboxes/drivers/docker/docker-place.ts';
import { createEngine, type Engine } from '#server/sandboxes/engine/engine.ts';
import { ensureLabImage } from '#server/sandboxes/images/lab-image.ts';
import { createMirror } from '#server/sandboxes/registry/mirror.ts';
import { addDefaultRoute } from '../../support/neighbourhood/inside.ts';
import { type Neighbourhood, standUpNeighbourhood } from '../../support/neighbourhood/neighbourhood.ts';
import { ownEngine, removeEngine } from '../sandboxes/engine-machine.ts';
import { HostWitness } from './host-witness.ts';

const COURSE = 'virtualization';
/** Its own, so that its rules can be taken away without anybody else's loss. */
const ENGINE = ownEngine('escape', 6);
export const LIMITS = { memoryMiB: 512, cpus: 0.7, pids: 256, diskMiB: 1024 };
const ROOT = process.env.CHAPTERHOUSE_TEST_HOME ?? '/var/lib/chapterhouse-test';
const DEFAULTS = { user: 'root', timeoutMs: 40_000, maxOutputBytes: 256 * 1024 } as const;
/** Pulled from the product's own mirror. */
const PULL = 'until docker pull -q alpine; do sleep 0.2; done';

type Options = Partial<Omit<ExecRequest, 'argv'>> & { in?: Sandbox };
type Undo = () => Promise<void>;
type Parts = {
  undo: Undo[];
  engine: Engine;
  driver: DockerDriver;
  witness: HostWitness;
  around: Neighbourhood;
  attacker: Sandbox;
  neighbour: Sandbox;
  roamer: Sandbox;
};

/** An engine of its own with hostile sandboxes and a neighbour in it, and a witness on the host. */
export class Scene {
  readonly engine: Engine;
  readonly docker: Docker;
  readonly witness: HostWitness;
  /** What a sandbox may try to reach. */
  readonly around: Neighbourhood;
  /** May reach the mirror. */
  readonly attacker: Sandbox;
  /** As the attacker, and minds its own work. */
  readonly neighbour: Sandbox;
  /** May go out to the internet. */
  readonly roamer: Sandbox;
  readonly #undo: Undo[];
  readonly #driver: DockerDriver;
  #spares: Sandbox[] = [];

  private constructor({ undo, engine, driver, witness, around, attacker, neighbour, roamer }: Parts) {
    this.engine = engine;
    this.docker = new Docker({ socketPath: engine.facts.socket });
    this.witness = witness;
    this.around = around;
    this.attacker = attacker;
    this.neighbour = neighbour;
    this.roamer = roamer;
    this.#undo = undo;
    this.#driver = driver;
  }

  /** Leaves nothing behind when a part of it does not come to be. */
  static async open(): Promise<Scene> {
    const undo: Undo[] = [];
    try {
      return await Scene.#assemble(undo);
    } catch (error) {
      await takeDown(undo);
      throw error;
    }
  }

  static async #assemble(undo: Undo[]): Promise<Scene> {
    await removeEngine(ENGINE);
    undo.push(() => removeEngine(ENGINE));
    const engine = createEngine(ENGINE);
    const mirror = createMirror(engine.facts);
    await engine.start();
    undo.push(() => engine.stop());
    undo.push(() => mirror.stop());
    await mirror.start();
    const [image] = await Promise.all([labImage(engine), mirror.seed()]);
    const driver = new DockerDriver({
      installation: `escape-${process.pid}`,
      place: async () => dockerPlace(engine.facts),
      imageFor: async () => image.tag,
      host: engine,
    });
    undo.push(() => driver.dispose());
    const store = path.join(engine.facts.home, 'data');
    const witness = await HostWitness.stand({ folder: path.join(ROOT, 'escape-witness'), store });
    undo.push(() => witness.leave());
    const around = await standUpNeighbourhood(ENGINE.index);
    undo.push(() => around.dispose());
    const modes = ['mirror', 'mirror', 'internet'] as const;
    const [attacker, neighbour, roamer] = await Promise.all(modes.map((network) => create(driver, network)));
    if (!attacker || !neighbour || !roamer) throw new Error('three sandboxes were asked for');
    const scene = new Scene({ undo, engine, driver, witness, around, attacker, neighbour, roamer });
    await Promise.all([attacker, neighbour].map((sandbox) => scene.root(PULL, { in: sandbox, timeoutMs: 90_000 })));
    await addDefaultRoute(attacker, engine.facts.networks.mirror.gateway);
    return scene;
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
    const sandbox = await create(this.#driver, 'mirror');
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
    await takeDown(this.#undo);
  }
}

/** In the order opposite to that of making; one that fails keeps none of the others. */
async function takeDown(undo: Undo[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of undo.splice(0).toReversed()) await step().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw new AggregateError(failures, 'not all of the scene was taken down');
}

const labImage = (engine: Engine) =>
  ensureLabImage({
    engine,
    courseId: COURSE,
    directory: path.resolve('content', COURSE, 'sandbox'),
    cacheDirectory: path.join(process.env.CHAPTERHOUSE_CACHE ?? '/var/cache/chapterhouse', 'images'),
    pullBase: null,
  });

function create(driver: DockerDriver, network: NetworkMode): Promise<Sandbox> {
  const sandboxId = `escape-${randomBytes(5).toString('hex')}`;
  return driver.create({ sandboxId, courseId: COURSE, limits: LIMITS, network });
}
