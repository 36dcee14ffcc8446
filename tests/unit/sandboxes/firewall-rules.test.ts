import { BlockList } from 'node:net';
import { expect, test } from 'vitest';
import { planEngine } from '#server/sandboxes/engine/engine-plan.ts';
import { CLOSED_RANGES, firewallPlan, type Surroundings } from '#server/sandboxes/engine/firewall-rules.ts';
import { displacedHooks, ownLines, restoreScript } from '#server/sandboxes/engine/firewall-text.ts';

const plan = planEngine({ home: '/e', index: 3, registryPort: 5003 });
const calm: Surroundings = { resolvers: [], isForwardingOurs: false };
const [filter, nat, filter6] = firewallPlan(plan, calm);
if (!filter || !nat || !filter6) throw new Error('the plan has three tables');

const rulesOf = (name: string, surroundings = calm) =>
  firewallPlan(plan, surroundings)[0]?.chains.find((chain) => chain.name === `ch3-${name}`)?.rules ?? [];

test('with the mirror a sandbox reaches one port of the host; the refusal comes last', () => {
  expect(rulesOf('in-mirror')).toEqual([
    '! -s 10.213.3.0/24 -j DROP',
    '-m conntrack --ctstate ESTABLISHED -j ACCEPT',
    '-p icmp -m conntrack --ctstate RELATED -j ACCEPT',
    '-d 10.213.3.1 -p tcp --dport 5003 --syn -m connlimit --connlimit-above 128 --connlimit-mask 32 -j REJECT',
    '-d 10.213.3.1 -p tcp --dport 5003 -j ACCEPT',
    '-p tcp -j REJECT --reject-with tcp-reset',
    '-j REJECT',
  ]);
  expect(rulesOf('forward')).toContain('-i ch3 -j REJECT');
});

test('without network a sandbox may answer the host and nothing else', () => {
  const accepting = rulesOf('in-none').filter((rule) => rule.endsWith('ACCEPT'));
  expect(accepting.every((rule) => /--ctstate (ESTABLISHED|RELATED) -j ACCEPT$/.test(rule))).toBe(true);
  expect(rulesOf('in-none').at(-1)).toBe('-j REJECT');
  expect(rulesOf('forward')).toContain('-i ch3n -j REJECT');
});

test('into no network is anything let that did not begin inside', () => {
  expect(rulesOf('forward')).toEqual(
    expect.arrayContaining(['-o ch3 -j DROP', '-o ch3n -j DROP', '-o ch3i -j ch3-back']),
  );
  expect(rulesOf('back').at(-1)).toBe('-j DROP');
  expect(rulesOf('back').join()).not.toContain('NEW');
});

test('private ranges are refused before anything may go out', () => {
  const out = rulesOf('out');
  expect(out.at(-1)).toBe('-j ACCEPT');
  for (const range of CLOSED_RANGES) expect(out).toContain(`-d ${range} -j REJECT`);
  const closed = new BlockList();
  for (const range of CLOSED_RANGES) closed.addSubnet(range.split('/')[0] ?? '', Number(range.split('/')[1]));
  for (const address of ['10.0.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', '169.254.169.254', '127.0.0.53'])
    expect(closed.check(address), address).toBe(true);
  for (const address of ['10.213.3.2', '10.215.3.2', '224.0.0.251', '255.255.255.255', '0.0.0.0'])
    expect(closed.check(address), address).toBe(true);
  for (const address of ['203.0.113.7', '11.0.0.1', '172.32.0.1', '100.128.0.1', '8.8.4.4'])
    expect(closed.check(address), address).toBe(false);
});

test('a name server in a private range is open at its one port', () => {
  const out = rulesOf('out', { ...calm, resolvers: ['10.0.0.53'] });
  const names = ['-d 10.0.0.53 -p udp --dport 53 -j ACCEPT', '-d 10.0.0.53 -p tcp --dport 53 -j ACCEPT'];
  expect(out.slice(1, 3)).toEqual(names);
  expect(rulesOf('out').join()).not.toContain('--dport 53');
  for (const mode of ['in-mirror', 'in-none'])
    expect(rulesOf(mode, { ...calm, resolvers: ['10.0.0.53'] }).join()).not.toContain('--dport 53');
});

test('whoever sends under an address of another network is dropped first of all', () => {
  for (const [chain, subnet] of Object.entries({
    'in-mirror': '10.213.3.0/24',
    'in-none': '10.215.3.0/24',
    'in-internet': '10.216.3.0/24',
    out: '10.216.3.0/24',
  }))
    expect(rulesOf(chain)[0]).toBe(`! -s ${subnet} -j DROP`);
});

test('only the network that leads out is given the address of the host, and the builds', () => {
  expect(nat.chains[0]?.rules).toEqual([
    '-s 10.216.3.0/24 ! -o ch3i -j MASQUERADE',
    '-s 10.214.3.0/24 ! -o ch3b -j MASQUERADE',
  ]);
});

test('there is no IPv6 from or to any bridge', () => {
  const rules = filter6.chains.flatMap(({ rules: inChain }) => inChain);
  for (const bridge of ['ch3', 'ch3n', 'ch3i', 'ch3b'])
    expect(rules).toEqual(expect.arrayContaining([`-i ${bridge} -j DROP`, `-o ${bridge} -j DROP`]));
});

test('a machine that forwards for us alone forwards nothing else', () => {
  const [ours] = firewallPlan(plan, { ...calm, isForwardingOurs: true });
  expect(ours?.hooks.at(-1)).toEqual({ into: 'FORWARD', chain: 'ch3-rest', place: 'last' });
  expect(filter.hooks.some(({ place }) => place === 'last')).toBe(false);
});

const SAVED = `# Generated
*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:ch3-input - [0:0]
:ch3-host - [0:0]
:ch33-input - [0:0]
-A INPUT -j ch33-input
-A INPUT -j ch3-input
-A INPUT -i ch3 -j ch3-host
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
-A FORWARD -i ch3 -j REJECT --reject-with icmp-port-unreachable
-A FORWARD -i ch33 -j REJECT
-A ch3-input -i ch3 -j ch3-in-mirror
-A ch33-input -i ch33 -j DROP
COMMIT`;

test('of a whole table, the lines of one engine are told from those of another and of the host', () => {
  expect(ownLines(plan, SAVED)).toEqual([
    '-A INPUT -j ch3-input',
    '-A INPUT -i ch3 -j ch3-host',
    '-A FORWARD -i ch3 -j REJECT --reject-with icmp-port-unreachable',
    '-A ch3-input -i ch3 -j ch3-in-mirror',
  ]);
});

test('everything is replaced at one stroke, and what an earlier version left goes', () => {
  const lines = restoreScript(plan, SAVED, filter).split('\n');
  expect(lines[0]).toBe('*filter');
  expect(lines).toContain('-D INPUT -i ch3 -j ch3-host');
  expect(lines).toContain('-D FORWARD -i ch3 -j REJECT --reject-with icmp-port-unreachable');
  expect(lines.indexOf('-X ch3-host')).toBeGreaterThan(lines.indexOf('-D INPUT -i ch3 -j ch3-host'));
  expect(lines.indexOf('-I INPUT 1 -j ch3-input')).toBeGreaterThan(lines.indexOf('-D INPUT -j ch3-input'));
  expect(lines.filter((line) => line.includes('ch33'))).toEqual([]);
  expect(lines.at(-2)).toBe('COMMIT');
});

test('taking away leaves nothing of ours', () => {
  const lines = restoreScript(plan, SAVED, { ...filter, chains: [], hooks: [] }).split('\n');
  expect(lines.filter((line) => /^-[AI]/.test(line))).toEqual([]);
  expect(lines).toEqual(expect.arrayContaining(['-X ch3-input', '-X ch3-host', '-D INPUT -j ch3-input']));
});

test("a rule above ours counts as ours being gone, another engine's does not", () => {
  const hooks = { hooks: filter.hooks };
  expect(displacedHooks(SAVED, hooks)).toEqual([]);
  const above = SAVED.replace('-A INPUT -j ch33-input', '-A INPUT -j ACCEPT\n-A INPUT -j ch33-input');
  expect(displacedHooks(above, hooks)).toEqual(['INPUT: "-A INPUT -j ACCEPT" stands above ch3-input']);
});
