import { visit } from 'unist-util-visit';
import { type ChapterPage, type CourseSources, lineOf, stepsOf } from './course-sources.ts';
import type { Finding } from './finding.ts';

/** Where a chapter's page stands: links in it start from there. */
const SITE = 'http://site.invalid';

/** Links that lead to a chapter or a step which this course does not have. Other sites are not asked. */
export function lintLinks(page: ChapterPage, { courseId, pages }: CourseSources): Finding[] {
  const chapters = new Set(pages.map(({ chapterId }) => chapterId));
  const findings: Finding[] = [];
  visit(page.tree, ['link', 'definition'], (node) => {
    if (node.type !== 'link' && node.type !== 'definition') return;
    const wrong = mistakeIn(node.url, { page, courseId, chapters, pages });
    if (wrong) findings.push({ severity: 'error', file: page.file, line: lineOf(node), ...wrong });
  });
  return findings;
}

type Around = { page: ChapterPage; courseId: string; chapters: ReadonlySet<string>; pages: readonly ChapterPage[] };

function mistakeIn(address: string, { page, courseId, chapters, pages }: Around) {
  const target = URL.parse(address, `${SITE}/learn/${courseId}/${page.chapterId}`);
  if (target === null) return { what: `"${address}" is no address`, remedy: 'write https://… or the id of a chapter' };
  if (target.protocol === 'http:' && target.origin !== SITE && !isHere(target.hostname))
    return { what: `the link to ${address} is not encrypted`, remedy: 'write https://' };
  if (target.origin !== SITE) return null;
  const [, first, course, chapterId = ''] = target.pathname.split('/');
  if (first !== 'learn' || course !== courseId) return null;
  if (!chapters.has(chapterId)) {
    return {
      what: `the link to "${address}" leads to no chapter of this course`,
      remedy: `chapters: ${[...chapters].join(', ')}`,
    };
  }
  const wanted = target.hash.slice(1);
  if (wanted === '' || !wanted.startsWith('step-')) return null;
  const there = pages.filter((other) => other.chapterId === chapterId).flatMap(stepsOf);
  if (there.some(({ stepId }) => wanted === `step-${chapterId}-${stepId}`)) return null;
  return {
    what: `the link to "${address}" leads to no step`,
    remedy: `a step's address is #step-<chapter id>-<step id>`,
  };
}

/** What runs in the student's own sandbox speaks no TLS. */
const isHere = (host: string) => host === 'localhost' || host === '127.0.0.1';
