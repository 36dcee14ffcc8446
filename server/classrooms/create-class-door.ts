import type { ClassDoor } from '#server/accounts/class-door.ts';
import type { CourseLibrary } from '#server/courses/course-library.ts';
import { joinClassroom } from './join-classroom.ts';
import { openReturnLink } from './return-links.ts';

/** What `configureAuth` is given, so that accounts need not know classrooms. */
export const createClassDoor = ({ library }: { library: CourseLibrary }): ClassDoor => ({
  join: joinClassroom,
  openReturnLink: (token) => openReturnLink(token, library),
});
