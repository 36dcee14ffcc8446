import type { Family, FirewallPlan, FirewallRule } from './firewall-rules.ts';
import { type CommandResult, mustRun, runCommand } from './run-command.ts';

const WAIT_FOR_LOCK = ['-w', '5'];

const tables = (family: Family, table: string, words: string[]): Promise<CommandResult> =>
  runCommand(family, [...WAIT_FOR_LOCK, '-t', table, ...words]);

const holds = async ({ family, table, chain, words }: FirewallRule) =>
  (await tables(family, table, ['-C', chain, ...words])).exitCode === 0;

/** Puts every rule in place; what is there already stays untouched. Answers what this host could not enforce. */
export async function applyFirewall(plan: FirewallPlan): Promise<string[]> {
  if (await everyRuleHolds(plan)) return [];
  await removeFirewall(plan);
  const gaps: string[] = [];
  for (const chain of plan.chains) await mustRun('iptables', [...WAIT_FOR_LOCK, '-N', chain]);
  for (const { family, table, chain, words } of plan.inChains) {
    await mustRun(family, [...WAIT_FOR_LOCK, '-t', table, '-A', chain, ...words]);
  }
  // Each insertion goes to the top, so the last comes first.
  for (const { family, table, chain, words } of plan.jumps.toReversed()) {
    const result = await tables(family, table, ['-I', chain, '1', ...words]);
    if (result.exitCode !== 0) gaps.push(`${family} ${chain} ${words.join(' ')}: ${result.stderr.trim()}`);
  }
  return gaps;
}

/** Takes away what `applyFirewall` put there, however little of it is left. */
export async function removeFirewall(plan: FirewallPlan): Promise<void> {
  for (const { family, table, chain, words } of plan.jumps) {
    while ((await tables(family, table, ['-D', chain, ...words])).exitCode === 0);
  }
  for (const chain of plan.chains) await tables('iptables', 'filter', ['-F', chain]);
  for (const chain of plan.chains) await tables('iptables', 'filter', ['-X', chain]);
}

async function everyRuleHolds({ inChains, jumps }: FirewallPlan): Promise<boolean> {
  for (const rule of [...jumps, ...inChains]) {
    if (!(await holds(rule))) return false;
  }
  return true;
}
