import type { Area } from './attempt.ts';
import { DEVICES } from './attempts/devices.ts';
import { DISK_FILLERS } from './attempts/disk.ts';
import { HOGS } from './attempts/hogs.ts';
import { KERNEL } from './attempts/kernel.ts';
import { KERNEL_DOORS } from './attempts/kernel-doors.ts';
import { NESTED } from './attempts/nested.ts';
import { NETWORK } from './attempts/network.ts';
import { OUR_SIDE } from './attempts/our-side.ts';
import { PROCESSES } from './attempts/processes.ts';
import { SHARED_COUNTS } from './attempts/shared-counts.ts';

export const AREAS: readonly Area[] = [
  DEVICES,
  KERNEL,
  KERNEL_DOORS,
  PROCESSES,
  NESTED,
  NETWORK,
  SHARED_COUNTS,
  HOGS,
  DISK_FILLERS,
  OUR_SIDE,
];
