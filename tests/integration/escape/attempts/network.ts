import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import type { Sandbox } from '#server/sandboxes/driver.ts';
import { runCommand } from '#server/sandboxes/engine/run-command.ts';
import { answers, runPerl, wireOf } from '../../../support/neighbourhood/inside.ts';
import { withoutRules } from '../../../support/neighbourhood/without-rules.ts';
import type { Area, Attempt } from '../attempt.ts';
import { pause } from '../echo-meter.ts';
import type { Scene } from '../scene.ts';

type Target = { id: string; what: string; address(scene: Scene): string };

const TARGETS: Target[] = [
  {
    id: 'metadata',
    what: 'the address where clouds tell a machine its secrets',
    address: ({ around }) => around.metadata,
  },
  ...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'].map((range, i) => ({
    id: `private-${range.split('.', 1)[0]}`,
    what: `a host in the private range ${range}`,
    address: ({ around }: Scene) => around.privates[i] ?? '',
  })),
  { id: 'host-address', what: 'a service of the host at its public address', address: ({ around }) => around.own },
  {
    id: 'gateway',
    what: 'a service of the host at the gateway’s address',
    address: ({ engine }) => engine.facts.networks.mirror.gateway,
  },
];

/** What each of the two reaches when the engine's rules are away: looked at once, for all targets. */
const reachable = new WeakMap<Scene, Promise<Set<string>>>();

function reachableWithoutRules(scene: Scene): Promise<Set<string>> {
  const known = reachable.get(scene) ?? withoutRules(scene.engine, () => probeAll(scene));
  reachable.set(scene, known);
  return known;
}

async function probeAll(scene: Scene): Promise<Set<string>> {
  const found = TARGETS.map(async ({ id, address }) => {
    const both = await Promise.all(
      [scene.attacker, scene.roamer].map((one) => answers(one, address(scene), scene.around.port)),
    );
    return both.every(Boolean) ? [id] : [];
  });
  return new Set((await Promise.all(found)).flat());
}

const outOfReach = ({ id, what, address }: Target): Attempt => ({
  id,
  tries: `Calls ${what}, from a sandbox that may reach the mirror and from one that may reach the internet.`,
  outcome: 'The service there hears nothing; without our rules both reach it.',
  async run(scene) {
    assert.ok((await reachableWithoutRules(scene)).has(id), 'within reach without the rules');
    const [target, before] = [address(scene), scene.around.contacts.length];
    for (const sandbox of [scene.attacker, scene.roamer]) {
      await scene.root(
        `curl -s --max-time 3 http://${target}:${scene.around.port}/; echo knock > /dev/udp/${target}/${scene.around.port}; ping -c 1 -W 1 ${target}`,
        { in: sandbox },
      );
    }
    await pause(300);
    assert.equal(scene.around.contacts.length, before);
  },
});

/** A packet with a text of its own, as a proof that it came. */
async function sendAs(scene: Scene, { by, from }: { by: Sandbox; from: string }): Promise<boolean> {
  const text = `as ${from} ${Math.random()}`;
  const { around } = scene;
  assert.equal((await runPerl(by, 'send-as', from, around.outside, around.port, text)).stdout, 'sent\n');
  await pause(500);
  return around.contacts.some(({ to }) => to === text);
}

/** How many packets for the neighbour's port come there, while the attacker sends them. */
async function knocks(scene: Scene): Promise<number> {
  const { address } = await wireOf(scene.neighbour);
  const listening = runPerl(scene.neighbour, 'listen', 4, 7000, 'knock');
  await scene.root(
    `for i in $(seq 12); do echo knock > /dev/udp/${address}/7000; sleep 0.2; done; curl -s --max-time 1 http://${address}:7000/`,
  );
  return Number((await listening).stdout);
}

/** As on a bridge that nobody has made safe: no rules, and ports that lead to each other. */
const unguarded = <T>(scene: Scene, act: () => Promise<T>): Promise<T> =>
  withoutRules(scene.engine, async () => {
    const ports = `/sys/class/net/${scene.engine.facts.networks.mirror.bridge}/brif`;
    const set = async (value: string) => {
      for (const port of await readdir(ports)) await writeFile(`${ports}/${port}/isolated`, value);
    };
    await set('0');
    try {
      return await act();
    } finally {
      await set('1');
    }
  });

const mirrorUrl = ({ engine: { facts } }: Scene) => `http://${facts.networks.mirror.gateway}:${facts.registryPort}`;

/** Frames to one place from made-up senders: each would take a line in the host's table of connections. */
const SPOOFED = `use Socket; socket(my $raw, AF_INET, SOCK_RAW, 255) or die $!; my $to = inet_aton($ARGV[0]);
  for my $i (1 .. 20000) { my $from = pack("C4", 10, int rand 255, int rand 255, int rand 255);
    my $tcp = pack("nnNNCCnnn", 1024 + $i % 60000, $ARGV[1], $i, 0, 0x50, 2, 1000, 0, 0);
    send($raw, pack("CCnnnCCn", 0x45, 0, 40, $i, 0, 64, 6, 0) . ($i % 2 ? $from : inet_aton($ARGV[2])) . $to . $tcp, 0, pack_sockaddr_in(0, $to)) }`;

export const NETWORK: Area = {
  title: 'The network',
  attempts: [
    ...TARGETS.map(outOfReach),
    {
      id: 'outside',
      tries:
        'Goes out to the internet from a sandbox that may reach the mirror only, under its own and under another’s address.',
      outcome: 'The host outside hears nothing of it; it does hear a sandbox that may go out.',
      async run(scene) {
        const roams = (await wireOf(scene.roamer)).address;
        assert.ok(await sendAs(scene, { by: scene.roamer, from: roams }), 'the outside host can be reached');
        for (const from of [(await wireOf(scene.attacker)).address, roams]) {
          assert.equal(await sendAs(scene, { by: scene.attacker, from }), false);
        }
      },
    },
    {
      id: 'neighbour',
      tries: 'Sends to a port of the neighbour’s, which listens.',
      outcome: 'Nothing comes there; without our rules and the bridge’s isolation it does.',
      async run(scene) {
        assert.ok((await unguarded(scene, () => knocks(scene))) > 0, 'the neighbour can be reached');
        assert.equal(await knocks(scene), 0);
      },
    },
    {
      id: 'address-theft',
      tries:
        'Tells everybody that the neighbour’s network and hardware addresses are its own, and listens to what comes.',
      outcome: 'What the host sends to the neighbour comes to the neighbour, and none of it to the thief.',
      async run(scene) {
        const { address, mac } = await wireOf(scene.neighbour);
        const { gateway } = scene.engine.facts.networks.mirror;
        const [listening, stealing] = [
          runPerl(scene.neighbour, 'listen', 5, 7000, 'secret'),
          runPerl(scene.attacker, 'steal', 5, address, mac, gateway, 'secret'),
        ];
        for (let i = 0; i < 20; i++) {
          await runCommand('bash', ['-c', `echo secret > /dev/udp/${address}/7000`]);
          await pause(200);
        }
        assert.ok(Number((await listening).stdout) > 0, 'the neighbour hears the host');
        assert.equal((await stealing).stdout, '0\n');
      },
    },
    {
      id: 'mirror-write',
      tries: 'Uploads to the mirror, and deletes from it.',
      outcome: 'The mirror’s catalog is as it was, and it refuses the methods.',
      async run(scene) {
        const catalog = async () => (await fetch(`${mirrorUrl(scene)}/v2/_catalog`)).text();
        const before = await catalog();
        const { stdout } = await scene.root(`for method in POST PUT PATCH DELETE; do
          curl -s -o /dev/null -w '%{http_code} ' --max-time 5 -X $method -d x ${mirrorUrl(scene)}/v2/library/alpine/blobs/uploads/
          curl -s -o /dev/null -w '%{http_code} ' --max-time 5 -X $method -d x ${mirrorUrl(scene)}/v2/library/alpine/manifests/latest; done`);
        assert.doesNotMatch(stdout, /\b2\d\d\b/);
        assert.match(stdout, /\b4\d\d\b/);
        assert.equal(await catalog(), before);
      },
    },
    {
      id: 'mirror-sockets',
      tries: 'Opens a thousand connections to the mirror and keeps them.',
      outcome: 'The neighbour still pulls an image.',
      async run(scene) {
        const { gateway } = scene.engine.facts.networks.mirror;
        const holding = scene.root(
          `perl -e 'use Socket; my @all; for (1 .. 1000) { socket(my $s, AF_INET, SOCK_STREAM | 2048, 0); connect($s, pack_sockaddr_in(${scene.engine.facts.registryPort}, inet_aton("${gateway}"))); push @all, $s } sleep 8'`,
        );
        await pause(1500);
        const pulled = await scene.root('docker rmi -f alpine > /dev/null; docker pull -q alpine', {
          in: scene.neighbour,
        });
        assert.equal(pulled.exitCode, 0, pulled.stderr);
        await holding;
      },
    },
    {
      id: 'raw-packets',
      tries: 'Sends twenty thousand openings of connections with raw sockets, half of them under made-up senders.',
      outcome:
        'The host’s table of connections has grown by a few hundred lines at most, and the neighbour still pulls.',
      async run(scene) {
        const count = async () => Number(await readFile('/proc/sys/net/netfilter/nf_conntrack_count', 'utf8'));
        const before = await count();
        const { networks, registryPort } = scene.engine.facts;
        await scene.root(
          `perl -e '${SPOOFED}' ${networks.mirror.gateway} ${registryPort} ${(await wireOf(scene.attacker)).address}`,
        );
        assert.ok((await count()) - before < 1000, `${before} lines, then ${await count()}`);
        assert.equal((await scene.root('docker pull -q alpine', { in: scene.neighbour })).exitCode, 0);
      },
    },
    {
      id: 'address-table',
      tries: 'Asks for the hardware addresses of fifteen thousand hosts on networks of its own making.',
      outcome: 'The neighbour still pulls an image, and the host still dials into it.',
      async run(scene) {
        await scene.root(`ip link add dum type dummy; ip link set dum up; ip addr add 10.77.0.1/16 dev dum
          ip link add va type veth peer name vb; ip link set va up; ip link set vb up; ip addr add 10.78.0.1/16 dev va
          perl -e 'use Socket; socket(my $s, AF_INET, SOCK_DGRAM, 0); for my $net (77, 78) { for my $i (0 .. 29) { for my $j (1 .. 254) { send($s, "x", 2048, pack_sockaddr_in(9, pack("C4", 10, $net, $i, $j))) } } }'`);
        const pulled = await scene.root('docker pull -q alpine', { in: scene.neighbour });
        assert.equal(pulled.exitCode, 0, pulled.stderr);
        const { address } = await wireOf(scene.neighbour);
        const listening = runPerl(scene.neighbour, 'listen', 3, 7000, 'dialled');
        await pause(1000);
        for (let i = 0; i < 5; i++)
          await runCommand('bash', ['-c', `echo dialled > /dev/udp/${address}/7000; sleep 0.2`]);
        assert.ok(Number((await listening).stdout) > 0);
        await scene.root('ip link delete dum; ip link delete va');
      },
    },
    {
      id: 'ipv6',
      tries: 'Finds the host and the others by IPv6, with addresses and routes that it announces itself.',
      outcome: 'The host’s service, which listens on IPv6 too, hears nothing; nobody else answers.',
      async run(scene) {
        const before = scene.around.contacts.length;
        const { bridge } = scene.engine.facts.networks.mirror;
        const { stdout } =
          await scene.root(`ip -6 addr add fd00:77::2/64 dev eth0; ping -6 -c 2 -W 1 ff02::1%eth0 | grep 'bytes from' | grep -v "$(ip -6 -o addr show dev eth0 scope link | sed 's/.*inet6 \\([^/]*\\).*/\\1/')"
          for host in fd00:77::1 fe80::1%eth0; do curl -s --max-time 1 "http://[$host]:${scene.around.port}/"; done`);
        assert.doesNotMatch(stdout, /bytes from fe80/);
        assert.doesNotMatch((await runCommand('ip', ['-6', 'addr', 'show', 'dev', bridge])).stdout, /inet6/);
        assert.equal(scene.around.contacts.length, before);
      },
    },
  ],
};
