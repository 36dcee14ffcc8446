import type { Actor } from './permissions.ts';

/** What the sign-in endpoints need from classrooms, which lie above accounts: handed in when auth is configured. */
export interface ClassDoor {
  /** Makes a guest when nobody is signed in. `returnToken` is for the student's eyes only. */
  join(request: JoinRequest): Promise<JoinedClass>;
  /** Whose link this is and where it leads, or null for a link that never was or no longer works. */
  openReturnLink(token: string): Promise<{ userId: string; path: string } | null>;
}

/** `address` is the browser's: wrong codes from one address are limited. */
export type JoinRequest = { actor: Actor | null; code: string; name: string; address: string };

export type JoinedClass = {
  userId: string;
  enrollmentId: string;
  classroomId: string;
  courseId: string;
  returnToken: string;
};
