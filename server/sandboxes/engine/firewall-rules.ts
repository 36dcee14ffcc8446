import type { EnginePlan } from './engine-plan.ts';

export type Family = 'iptables' | 'ip6tables';

/** A rule without its verb: `-C`, `-A`, `-I` and `-D` all take the same words. */
export type FirewallRule = { family: Family; table: 'filter' | 'nat'; chain: string; words: string[] };

export type FirewallPlan = { chains: string[]; inChains: FirewallRule[]; jumps: FirewallRule[] };

const rule = (chain: string, ...words: string[]): FirewallRule => ({
  family: 'iptables',
  table: 'filter',
  chain,
  words,
});
const rule6 = (chain: string, ...words: string[]): FirewallRule => ({ ...rule(chain, ...words), family: 'ip6tables' });

/**
 * From a sandbox to the host: the mirror's port and answers to what the host began, nothing else.
 * Refused rather than dropped, so that a student's command fails at once instead of hanging.
 * Nobody else on the network reaches the mirror by way of the host's other interfaces.
 */
export function labFirewall({ network, registryPort }: EnginePlan): FirewallPlan {
  const { bridge, gateway } = network;
  const [toHost, toMirror] = [`${bridge}-host`, `${bridge}-mirror`];
  return {
    chains: [toHost, toMirror],
    inChains: [
      rule(toHost, '-m', 'conntrack', '--ctstate', 'ESTABLISHED,RELATED', '-j', 'ACCEPT'),
      rule(toHost, '-d', gateway, '-p', 'tcp', '--dport', String(registryPort), '-j', 'ACCEPT'),
      rule(toHost, '-p', 'tcp', '-j', 'REJECT', '--reject-with', 'tcp-reset'),
      rule(toHost, '-j', 'REJECT'),
      rule(toMirror, '-i', 'lo', '-j', 'RETURN'),
      rule(toMirror, '-i', bridge, '-j', 'RETURN'),
      rule(toMirror, '-j', 'DROP'),
    ],
    jumps: [
      rule('INPUT', '-d', gateway, '-j', toMirror),
      rule('INPUT', '-i', bridge, '-j', toHost),
      rule('FORWARD', '-i', bridge, '-j', 'REJECT'),
      rule('FORWARD', '-o', bridge, '-j', 'DROP'),
      rule6('INPUT', '-i', bridge, '-j', 'DROP'),
      rule6('FORWARD', '-i', bridge, '-j', 'DROP'),
    ],
  };
}

/** While an image is built, its steps reach the package mirrors through the host, and the host itself not at all. */
export function buildFirewall({ buildNetwork }: EnginePlan): FirewallPlan {
  const { bridge, subnet } = buildNetwork;
  const answers = ['-m', 'conntrack', '--ctstate', 'ESTABLISHED,RELATED', '-j', 'ACCEPT'];
  return {
    chains: [],
    inChains: [],
    jumps: [
      rule('INPUT', '-i', bridge, '-j', 'REJECT'),
      rule('FORWARD', '-i', bridge, '-j', 'ACCEPT'),
      rule('FORWARD', '-o', bridge, ...answers),
      { ...rule('POSTROUTING', '-s', subnet, '!', '-o', bridge, '-j', 'MASQUERADE'), table: 'nat' },
      rule6('INPUT', '-i', bridge, '-j', 'DROP'),
    ],
  };
}
