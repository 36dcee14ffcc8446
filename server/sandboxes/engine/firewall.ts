import type { EnginePlan } from './engine-plan.ts';
import { firewallPlan, type Surroundings, type TablePlan } from './firewall-rules.ts';
import { displacedHooks, ownLines, restoreScript } from './firewall-text.ts';
import { type CommandResult, runCommand, runWithInput } from './run-command.ts';

const WAIT_FOR_LOCK = ['-w', '5'];
/** Another process may change the tables between our look and our change. */
const TRIES = 4;

/** What a table of ours looked like, in the system's own words, when it was last right. */
export type Imprint = { wanted: TablePlan; lines: string[] };

const save = ({ family, table }: TablePlan): Promise<CommandResult> => runCommand(`${family}-save`, ['-t', table]);

/** Puts all rules in place at one stroke per table. Answers how they read now, and what this host could not enforce. */
export async function applyFirewall(
  plan: EnginePlan,
  surroundings: Surroundings,
): Promise<{ imprints: Imprint[]; gaps: string[] }> {
  const imprints: Imprint[] = [];
  const gaps: string[] = [];
  for (const wanted of firewallPlan(plan, surroundings)) {
    const failure = await replaceTable(plan, wanted);
    if (failure === null) imprints.push({ wanted, lines: ownLines(plan, (await save(wanted)).stdout) });
    // Without the rules for IPv4 no sandbox may run; bridges without IPv6 need none for it.
    else if (wanted.family === 'iptables') throw new Error(`iptables refused the ${wanted.table} rules: ${failure}`);
    else gaps.push(`${wanted.family} ${wanted.table}: ${failure}`);
  }
  return { imprints, gaps };
}

/** Takes away what `applyFirewall` put there, however little of it is left. */
export async function removeFirewall(plan: EnginePlan): Promise<void> {
  for (const wanted of firewallPlan(plan, { resolvers: [], isForwardingOurs: false })) {
    await replaceTable(plan, { ...wanted, chains: [], hooks: [] });
  }
}

/** In words, what is no longer as it was. Empty: all rules hold. */
export async function missingRules(plan: EnginePlan, imprints: readonly Imprint[]): Promise<string[]> {
  const found = await Promise.all(
    imprints.map(async ({ wanted, lines }) => {
      const { stdout } = await save(wanted);
      const now = ownLines(plan, stdout);
      const lost = lines.filter((line) => !now.includes(line));
      const strange = now.filter((line) => !lines.includes(line));
      const isMoved = lost.length + strange.length === 0 && now.join('\n') !== lines.join('\n');
      return [
        ...lost.map((line) => `missing: ${line}`),
        ...strange.map((line) => `added: ${line}`),
        ...(isMoved ? ['the order changed'] : []),
        ...displacedHooks(stdout, wanted),
      ].map((what) => `${wanted.family} ${wanted.table}: ${what}`);
    }),
  );
  return found.flat();
}

async function replaceTable(plan: EnginePlan, wanted: TablePlan): Promise<string | null> {
  let failure = '';
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const saved = await save(wanted);
    if (saved.exitCode !== 0) return saved.stderr.trim();
    const script = restoreScript(plan, saved.stdout, wanted);
    const result = await runWithInput(`${wanted.family}-restore`, ['--noflush', ...WAIT_FOR_LOCK], script);
    if (result.exitCode === 0) return null;
    failure = result.stderr.trim();
  }
  return failure;
}
