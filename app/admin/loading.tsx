import { ListSkeleton } from '#components/classroom/skeletons.tsx';

export default function Loading() {
  return <ListSkeleton figures />;
}
