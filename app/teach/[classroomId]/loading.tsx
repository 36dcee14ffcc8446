import { GridSkeleton } from '#components/classroom/skeletons.tsx';

export default function Loading() {
  return <GridSkeleton />;
}
