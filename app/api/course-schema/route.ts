import { courseJsonSchema } from '#server/courses/course-json-schema.ts';

/** `GET /api/course-schema`: for editors of courses outside the tree; it holds nothing of any course, so anybody may have it. */
export function GET(): Response {
  return Response.json(courseJsonSchema(), { headers: { 'cache-control': 'public, max-age=3600' } });
}
