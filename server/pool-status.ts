import type { Host } from './compose-host.ts';
import type { CoursePlan } from './compose-pool.ts';
import type { ComposedSandboxes } from './compose-sandboxes.ts';
import type { CapacityView, PoolView } from './shared/views.ts';

/** How many sandboxes this machine carries, what decides it, and how many there are. */
export function capacityView({ manager, capacity }: ComposedSandboxes): CapacityView {
  const { used } = manager.capacity();
  return { ...capacity.model(), used, warm: manager.pool?.size ?? 0, waiting: manager.queue().waiting };
}

/** The warm ones of each course: how many, for what, and why not more. */
export async function poolViews({ manager, plan }: ComposedSandboxes, host: Host): Promise<PoolView[]> {
  const phase = host.engine?.status().state.phase;
  const isEngineUp = phase === undefined || phase === 'running';
  return (await plan()).map((course) => poolView(course, { manager, isEngineUp }));
}

type Shown = Pick<ComposedSandboxes, 'manager'> & { isEngineUp: boolean };

function poolView({ courseId, byHand, forLessons }: CoursePlan, { manager, isEngineUp }: Shown): PoolView {
  const none = { ready: 0, prepared: 0, starting: 0 };
  const { ready, prepared, starting } = manager.pool?.countOf(courseId) ?? none;
  const target = Math.max(byHand, forLessons);
  const held = isEngineUp ? (manager.pool?.heldFor(courseId) ?? null) : 'engine';
  return { courseId, target, byHand, forLessons, ready, prepared, starting, held: ready >= target ? null : held };
}
