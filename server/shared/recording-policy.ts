import { z } from 'zod';

/** How long recordings are kept where the teacher says nothing. */
export const DEFAULT_KEEP_DAYS = 14;
export const MOST_KEEP_DAYS = 90;

const keepDays = z.int().min(1).max(MOST_KEEP_DAYS);

/** What a teacher sets: days to keep what the class's shells print, or null for no recording. */
export const recordingSetting = z.strictObject({ days: keepDays.nullable() });
export type RecordingSetting = z.infer<typeof recordingSetting>;

/** What a student is told while their class records. `told`: they have confirmed that they read it. */
export const recordingNotice = z.strictObject({ days: keepDays, told: z.boolean() });
export type RecordingNotice = z.infer<typeof recordingNotice>;
