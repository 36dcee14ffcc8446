import { bridgesOf, type EnginePlan } from './engine-plan.ts';
import { chainPrefix, type TablePlan } from './firewall-rules.ts';

/** An engine's hook or chain; those of another one may stand above ours, or the two would push each other down for ever. */
const ANY_ENGINE = /-j ch\d+-[a-z-]+$/;

const words = (text: string) => new Set(text.split(' '));

/** Whether a line of `iptables-save` hooks something of this engine's into a chain that is not. */
function isHook(plan: EnginePlan, line: string): boolean {
  const prefix = chainPrefix(plan);
  if (!line.startsWith('-A ') || line.startsWith(`-A ${prefix}`)) return false;
  if (line.includes(` -j ${prefix}`)) return true;
  // What earlier versions put there directly.
  return bridgesOf(plan).some(({ bridge }) => words(line).has(bridge));
}

const ownChains = (plan: EnginePlan, saved: string): string[] =>
  saved.split('\n').flatMap((line) => {
    const name = /^:(\S+) /.exec(line)?.[1];
    return name?.startsWith(chainPrefix(plan)) ? [name] : [];
  });

/** Every line of this engine's in an `iptables-save`, in order: what has to stay as it is. */
export function ownLines(plan: EnginePlan, saved: string): string[] {
  const own = `-A ${chainPrefix(plan)}`;
  return saved.split('\n').filter((line) => line.startsWith(own) || isHook(plan, line));
}

/** The hooks that have to come first and no longer do. */
export function displacedHooks(saved: string, { hooks }: Pick<TablePlan, 'hooks'>): string[] {
  const lines = saved.split('\n');
  return hooks.flatMap(({ into, chain, place }) => {
    if (place === 'last') return [];
    const inChain = lines.filter((line) => line.startsWith(`-A ${into} `));
    const before = inChain.slice(0, Math.max(0, inChain.indexOf(`-A ${into} -j ${chain}`)));
    const foreign = before.find((line) => !ANY_ENGINE.test(line));
    return foreign === undefined ? [] : [`${into}: "${foreign}" stands above ${chain}`];
  });
}

/**
 * Input for `iptables-restore --noflush`, which takes all of it or nothing: away with what is there of ours, then
 * everything anew. Without a table's plan it only takes away.
 */
export function restoreScript(plan: EnginePlan, saved: string, wanted: TablePlan): string {
  const { table, chains, hooks } = wanted;
  const names = chains.map(({ name }) => name);
  const stale = ownChains(plan, saved).filter((name) => !names.includes(name));
  const place = { first: (into: string) => `-I ${into} 1`, last: (into: string) => `-A ${into}` };
  return [
    `*${table}`,
    ...[...names, ...stale].map((name) => `:${name} - [0:0]`),
    ...saved.split('\n').flatMap((line) => (isHook(plan, line) ? [`-D ${line.slice('-A '.length)}`] : [])),
    ...stale.map((name) => `-X ${name}`),
    ...chains.flatMap(({ name, rules }) => rules.map((rule) => `-A ${name} ${rule}`)),
    ...hooks.map(({ into, chain, place: where }) => `${place[where](into)} -j ${chain}`),
    'COMMIT',
    '',
  ].join('\n');
}
