import path from 'node:path';
import { parseChapter } from './chapter-parser.ts';
import { checkFinder } from './check-script.ts';
import { type ChapterFolder, chapterFolders, digest, figureFiles, readText } from './course-files.ts';
import { type Chapter, type Course, type CourseProblem, LANGUAGES, type Language } from './course-model.ts';
import { type CourseFile, courseFile } from './course-schema.ts';
import { ProblemList } from './problem-list.ts';
import { translationMistakes } from './translation.ts';
import { VALUES_REMEDY, type ValueSpecs } from './value-schema.ts';
import { readYaml } from './yaml-text.ts';

export type LoadedCourse = {
  /** Null when the course has never been readable. */
  course: Course | null;
  /** By `<chapterId>.<language>`, English included. */
  chapters: Map<string, Chapter>;
  /** File of a figure by `<chapterId>/figures/<name>`. */
  figures: Map<string, string>;
  problems: CourseProblem[];
};

type LoadRequest = {
  contentDir: string;
  courseId: string;
  previous: LoadedCourse | null;
  /** Where `checks/lib.sh` lies, for a course outside the content folder. */
  helpersDir?: string;
  /** Where the course's folder is not called like the course. */
  courseDir?: string;
};

/** Reads one course. Where a file is broken, the last readable state of it (`previous`) stays in use. */
export function loadCourse(request: LoadRequest): LoadedCourse {
  const { contentDir, courseId, previous, helpersDir = contentDir } = request;
  const courseDir = request.courseDir ?? path.join(contentDir, courseId);
  const { about, problems } = readCourseFile(courseDir, courseId);
  const chapters = new Map<string, Chapter>();
  const figures = new Map<string, string>();
  const folders = chapterFolders(courseDir);
  const values = about?.values ?? previous?.course?.values ?? {};
  problems.push(...doubledIds(courseId, folders));
  for (const folder of folders) {
    const loaded = loadChapter({ courseDir, courseId, folder, helpersDir, values });
    problems.push(...loaded.problems);
    for (const [address, { file }] of loaded.figures) figures.set(`${folder.chapterId}/${address}`, file);
    for (const language of loaded.languages) {
      const key = `${folder.chapterId}.${language}`;
      const chapter = loaded.chapters.get(language) ?? previous?.chapters.get(key);
      if (chapter) chapters.set(key, chapter);
    }
  }
  const inEnglish = [...chapters.values()].filter((chapter) => chapter.language === 'en');
  const course = about ? toCourse({ courseId, about, chapters: inEnglish }) : renewed(previous?.course, inEnglish);
  return { course, chapters, figures, problems };
}

const SANDBOX_REMEDY =
  'sandbox: network (none, mirror, internet), memoryMiB, cpus, pids, diskMiB, idleMinutes, lifetimeMinutes, pool';

function readCourseFile(courseDir: string, courseId: string): { about: CourseFile | null; problems: CourseProblem[] } {
  const problems = new ProblemList({ courseId, file: `${courseId}/course.yaml` });
  const remedies: Record<string, string> = { sandbox: SANDBOX_REMEDY, values: VALUES_REMEDY };
  const remedy =
    'title, summary, authors (a list), licence, source (title, author, licence), translations, sandbox, values';
  const { value, mistakes } = readYaml(readText(path.join(courseDir, 'course.yaml')) ?? '', courseFile);
  for (const { what, line } of mistakes) {
    problems.add({ what, remedy: remedies[what.split(/\W/)[0] ?? ''] ?? remedy, line: line ?? undefined });
  }
  return { about: value, problems: problems.all };
}

type ChapterRequest = {
  courseDir: string;
  courseId: string;
  folder: ChapterFolder;
  helpersDir: string;
  values: ValueSpecs;
};

function loadChapter({ courseDir, courseId, folder, helpersDir, values }: ChapterRequest) {
  const chapterDir = path.join(courseDir, folder.folder);
  const figures = figureFiles(chapterDir);
  const check = checkFinder({ helpersDir, courseDir, chapterDir });
  const chapters = new Map<Language, Chapter>();
  const languages: Language[] = [];
  const problems: CourseProblem[] = [];
  for (const language of LANGUAGES) {
    const name = language === 'en' ? 'chapter.md' : `chapter.${language}.md`;
    const markdown = readText(path.join(chapterDir, name));
    const file = `${courseId}/${folder.folder}/${name}`;
    if (markdown === null) {
      if (language === 'en') problems.push(...missingChapter(courseId, file));
      continue;
    }
    languages.push(language);
    const used: string[] = [];
    const parsed = parseChapter({
      courseId,
      ...folder,
      language,
      file,
      markdown,
      values,
      check: (wanted) => {
        const found = check(wanted);
        if (found) used.push(found.script);
        return found;
      },
      figure: (address) => {
        const found = figures.get(address);
        if (found) used.push(found.version);
        return found ? `/api/course-files/${courseId}/${folder.chapterId}/${address}?v=${found.version}` : null;
      },
    });
    problems.push(...parsed.problems);
    if (!parsed.chapter) continue;
    const chapter = { ...parsed.chapter, version: digest(markdown, JSON.stringify(values), ...used) };
    const english = chapters.get('en');
    const mistakes = language === 'en' ? [] : translationMistakes(english ?? null, chapter);
    problems.push(...mistakes.map((what) => asProblem({ courseId, at: file, what })));
    if (mistakes.length === 0) chapters.set(language, chapter);
  }
  return { chapters, languages, figures, problems };
}

function asProblem({ courseId, at, what }: Pick<CourseProblem, 'courseId' | 'at' | 'what'>): CourseProblem {
  return { courseId, at, what, severity: 'error', remedy: 'chapter.md says how it should be' };
}

function missingChapter(courseId: string, file: string): CourseProblem[] {
  return [{ courseId, at: file, what: 'there is no such file', severity: 'error', remedy: 'English text is needed' }];
}

function doubledIds(courseId: string, folders: ChapterFolder[]): CourseProblem[] {
  const ids = folders.map((folder) => folder.chapterId);
  const doubled = folders.filter((folder, index) => ids.indexOf(folder.chapterId) !== index);
  return doubled.map(({ folder, chapterId }) => ({
    courseId,
    at: `${courseId}/${folder}`,
    what: `another chapter is called "${chapterId}" too`,
    severity: 'error',
    remedy: 'the name after the number must be the only one',
  }));
}

function toCourse({ courseId, about, chapters }: { courseId: string; about: CourseFile; chapters: Chapter[] }): Course {
  const { sandbox, ...shown } = about;
  const { title, summary, authors, licence, source, translations, values } = shown;
  return {
    courseId,
    title,
    summary,
    credits: {
      authors: authors.join(', '),
      licence,
      source: source ? `${source.title}, ${source.author}` : null,
      sourceLicence: source?.licence ?? null,
    },
    sandbox,
    values,
    translations: translations ?? {},
    chapters,
    version: digest(JSON.stringify(shown), ...chapters.map((chapter) => chapter.version)),
  };
}

function renewed(course: Course | null | undefined, chapters: Chapter[]): Course | null {
  return course ? { ...course, chapters } : null;
}
