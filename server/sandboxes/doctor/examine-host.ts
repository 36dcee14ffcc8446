import type { EnginePlan } from '#server/sandboxes/engine/engine-plan.ts';
import type { Mirror } from '#server/sandboxes/registry/mirror.ts';
import type { DoctorFinding } from '#server/shared/views.ts';
import { findingsOf } from './findings.ts';
import { lookAtEngine, lookAtMirror, lookAtNetwork } from './look-at-services.ts';
import { lookAtStorage } from './look-at-storage.ts';
import { lookAtIsolation, lookAtSystem } from './look-at-system.ts';

export type Examination = { plan: EnginePlan; mirror: Mirror; upstream: string | null; webPort: number };

/** What this host can do, as far as the one who asks may see. Costs little and changes nothing. */
export async function examineHost({ plan, mirror, upstream, webPort }: Examination): Promise<DoctorFinding[]> {
  const [system, isolation, storage, engine, network, mirrorFacts] = await Promise.all([
    lookAtSystem(),
    lookAtIsolation(),
    lookAtStorage(plan),
    lookAtEngine(plan),
    lookAtNetwork(plan, webPort),
    lookAtMirror({ mirror, upstream }),
  ]);
  return findingsOf({ system, isolation, storage, engine, network, mirror: mirrorFacts });
}
