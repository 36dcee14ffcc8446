import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { courseJsonSchemaText, SCHEMA_FILE } from '#server/courses/course-json-schema.ts';
import { CONTENT_DIR } from './course-place.ts';

/** `npm run course:schema`: writes the schema of course.yaml anew after a change of course-schema.ts. */
const file = path.join(CONTENT_DIR, SCHEMA_FILE);
writeFileSync(file, courseJsonSchemaText());
console.log(file);
