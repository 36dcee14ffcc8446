import type { DoctorFinding } from '#server/shared/views.ts';
import { isolationFindings, storageFindings, systemFindings } from './findings-host.ts';
import { engineFindings, mirrorFindings, networkFindings } from './findings-services.ts';
import type { HostFacts } from './host-facts.ts';

const WORST_FIRST: readonly DoctorFinding['level'][] = ['bad', 'warn', 'note', 'ok'];

/** What follows from what was seen, worst first. Each code has its words in the message file `doctor`. */
export function findingsOf(facts: HostFacts): DoctorFinding[] {
  const findings = [
    ...systemFindings(facts.system),
    ...isolationFindings(facts.isolation),
    ...storageFindings(facts.storage),
    ...engineFindings(facts.engine),
    ...networkFindings(facts.network),
    ...mirrorFindings(facts.mirror),
  ];
  return findings.toSorted((a, b) => WORST_FIRST.indexOf(a.level) - WORST_FIRST.indexOf(b.level));
}
