import type { BridgeNetwork, EnginePlan } from './engine-plan.ts';

export type Family = 'iptables' | 'ip6tables';

/** Which chain of ours a packet meets first, or last, in a chain of the system's. */
export type Hook = { into: 'INPUT' | 'FORWARD' | 'POSTROUTING'; chain: string; place: 'first' | 'last' };

/** Our chains in one table, each rule without its verb, and where they are hooked in. */
export type TablePlan = {
  family: Family;
  table: 'filter' | 'nat';
  chains: { name: string; rules: string[] }[];
  hooks: Hook[];
};

/** What the machine is like just now. */
export type Surroundings = {
  /** The machine's name servers that are not its own loopback. */
  resolvers: readonly string[];
  /** True while the machine forwards packets for our sake alone: then for nobody else. */
  isForwardingOurs: boolean;
};

/**
 * Closed to sandboxes that may go out: whatever is not the public internet. The three ranges that are reserved for
 * documentation stay open: nobody lives there, and the tests of these rules stand up their "outside" in one.
 */
export const CLOSED_RANGES = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/4',
  '240.0.0.0/4',
] as const;

/** Connections of one sandbox at a time: all share the machine's connection table and the mirror's sockets. */
const MIRROR_CONNECTIONS = 128;
const OUTSIDE_CONNECTIONS = 2_048;

const ANSWERS = [
  '-m conntrack --ctstate ESTABLISHED -j ACCEPT',
  '-p icmp -m conntrack --ctstate RELATED -j ACCEPT',
] as const;

/** Refused rather than dropped, so that a student's command fails at once instead of hanging. */
const REFUSE = ['-p tcp -j REJECT --reject-with tcp-reset', '-j REJECT'] as const;

const connections = (limit: number) => `-m connlimit --connlimit-above ${limit} --connlimit-mask 32`;

const notFrom = ({ subnet }: BridgeNetwork) => `! -s ${subnet} -j DROP`;

const nameService = (resolvers: readonly string[]) =>
  resolvers.flatMap((resolver) =>
    ['udp', 'tcp'].map((protocol) => `-d ${resolver} -p ${protocol} --dport 53 -j ACCEPT`),
  );

/** The name that every chain of an engine begins with. */
export const chainPrefix = ({ networks }: EnginePlan) => `${networks.mirror.bridge}-`;

/** All rules of one engine. The host itself may always dial into a sandbox; its answers are let through. */
export function firewallPlan(plan: EnginePlan, surroundings: Surroundings): TablePlan[] {
  return [filterTable(plan, surroundings), natTable(plan), filterTable6(plan)];
}

function filterTable(plan: EnginePlan, { resolvers, isForwardingOurs }: Surroundings): TablePlan {
  const prefix = chainPrefix(plan);
  const rest = { name: `${prefix}rest`, rules: ['-m physdev --physdev-is-bridged -j RETURN', '-j DROP'] };
  return {
    family: 'iptables',
    table: 'filter',
    chains: [...inputChains(plan, resolvers), ...forwardChains(plan, resolvers), ...(isForwardingOurs ? [rest] : [])],
    hooks: [
      { into: 'INPUT', chain: `${prefix}input`, place: 'first' },
      { into: 'FORWARD', chain: `${prefix}forward`, place: 'first' },
      ...(isForwardingOurs ? ([{ into: 'FORWARD', chain: rest.name, place: 'last' }] as const) : []),
    ],
  };
}

/** From a sandbox to the host: the mirror's port and answers to what the host began, nothing else. */
function inputChains(plan: EnginePlan, resolvers: readonly string[]): TablePlan['chains'] {
  const { networks, buildNetwork, registryPort } = plan;
  const { mirror, none, internet } = networks;
  const prefix = chainPrefix(plan);
  const toMirror = `-d ${mirror.gateway} -p tcp --dport ${registryPort}`;
  const useMirror = [`${toMirror} --syn ${connections(MIRROR_CONNECTIONS)} -j REJECT`, `${toMirror} -j ACCEPT`];
  const names = nameService(resolvers);
  return [
    {
      name: `${prefix}input`,
      rules: [
        `-d ${mirror.gateway} -j ${prefix}mirror`,
        `-i ${mirror.bridge} -j ${prefix}in-mirror`,
        `-i ${none.bridge} -j ${prefix}in-none`,
        `-i ${internet.bridge} -j ${prefix}in-internet`,
        `-i ${buildNetwork.bridge} -j ${prefix}in-build`,
      ],
    },
    {
      // Nobody else on the network reaches the mirror by way of the host's other interfaces.
      name: `${prefix}mirror`,
      rules: [...['lo', mirror.bridge, internet.bridge].map((from) => `-i ${from} -j RETURN`), '-j DROP'],
    },
    { name: `${prefix}in-mirror`, rules: [notFrom(mirror), ...ANSWERS, ...useMirror, ...REFUSE] },
    { name: `${prefix}in-none`, rules: [notFrom(none), ...ANSWERS, ...REFUSE] },
    { name: `${prefix}in-internet`, rules: [notFrom(internet), ...ANSWERS, ...useMirror, ...names, ...REFUSE] },
    { name: `${prefix}in-build`, rules: [notFrom(buildNetwork), ...names, ...REFUSE] },
  ];
}

/** Through the host: from the network of that name to the internet, and from the steps of an image build. */
function forwardChains(plan: EnginePlan, resolvers: readonly string[]): TablePlan['chains'] {
  const { networks, buildNetwork } = plan;
  const { mirror, none, internet } = networks;
  const prefix = chainPrefix(plan);
  const names = nameService(resolvers);
  return [
    {
      name: `${prefix}forward`,
      rules: [
        ...[mirror, none].map(({ bridge }) => `-i ${bridge} -j REJECT`),
        `-i ${internet.bridge} -j ${prefix}out`,
        ...[mirror, none].map(({ bridge }) => `-o ${bridge} -j DROP`),
        ...[internet, buildNetwork].map(({ bridge }) => `-o ${bridge} -j ${prefix}back`),
        `-i ${buildNetwork.bridge} -j ${prefix}out-build`,
      ],
    },
    {
      name: `${prefix}out`,
      rules: [
        notFrom(internet),
        ...names,
        ...CLOSED_RANGES.map((range) => `-d ${range} -j REJECT`),
        `-m conntrack --ctstate NEW ${connections(OUTSIDE_CONNECTIONS)} -j REJECT`,
        '-j ACCEPT',
      ],
    },
    { name: `${prefix}back`, rules: [...ANSWERS, '-j DROP'] },
    // Package mirrors may well be in a private range; what a cloud tells its machines is not for a build.
    {
      name: `${prefix}out-build`,
      rules: [notFrom(buildNetwork), ...names, '-d 169.254.0.0/16 -j REJECT', '-j ACCEPT'],
    },
  ];
}

function natTable(plan: EnginePlan): TablePlan {
  const chain = `${chainPrefix(plan)}nat`;
  const goingOut = [plan.networks.internet, plan.buildNetwork];
  return {
    family: 'iptables',
    table: 'nat',
    chains: [{ name: chain, rules: goingOut.map(({ subnet, bridge }) => `-s ${subnet} ! -o ${bridge} -j MASQUERADE`) }],
    hooks: [{ into: 'POSTROUTING', chain, place: 'first' }],
  };
}

/** Sandboxes have no IPv6 at all. */
function filterTable6(plan: EnginePlan): TablePlan {
  const prefix = chainPrefix(plan);
  const bridges = [...Object.values(plan.networks), plan.buildNetwork].map(({ bridge }) => bridge);
  const from = bridges.map((bridge) => `-i ${bridge} -j DROP`);
  return {
    family: 'ip6tables',
    table: 'filter',
    chains: [
      { name: `${prefix}input`, rules: from },
      { name: `${prefix}forward`, rules: [...from, ...bridges.map((bridge) => `-o ${bridge} -j DROP`)] },
    ],
    hooks: [
      { into: 'INPUT', chain: `${prefix}input`, place: 'first' },
      { into: 'FORWARD', chain: `${prefix}forward`, place: 'first' },
    ],
  };
}
