import type { Area } from './attempt.ts';
import { DEVICES } from './attempts/devices.ts';
import { KERNEL } from './attempts/kernel.ts';
import { KERNEL_DOORS } from './attempts/kernel-doors.ts';
import { NESTED } from './attempts/nested.ts';
import { PROCESSES } from './attempts/processes.ts';

export const AREAS: readonly Area[] = [DEVICES, KERNEL, KERNEL_DOORS, PROCESSES, NESTED];
