import type { ConvertedText } from './convert-text.ts';

export type StepText = {
  id: string;
  title: string;
  /** The name of its check, or null where nothing verifies it. */
  check: string | null;
  text: ConvertedText;
};

type ChapterText = { title: string; lead: string; minutes: number; intro: string; steps: StepText[]; outro: string };

const LONGEST_TITLE = 80;
const LONGEST_LEAD = 400;

/** A chapter's file. */
export function chapterMarkdown({ title, lead, minutes, intro, steps, outro }: ChapterText): string {
  const front = [
    '---',
    `title: ${yaml(title, LONGEST_TITLE)}`,
    `lead: ${yaml(lead, LONGEST_LEAD)}`,
    `minutes: ${minutes}`,
    '---',
  ];
  return `${[front.join('\n'), intro, ...steps.map(stepMarkdown), outro].filter((part) => part !== '').join('\n\n')}\n`;
}

/** A JSON string is a YAML string. */
export const yaml = (text: string, longest: number): string => JSON.stringify(cut(text, longest) || '…');

export function cut(text: string, longest: number): string {
  const one = text.replace(/\s+/g, ' ').trim();
  return one.length <= longest ? one : `${one.slice(0, longest - 1).trimEnd()}…`;
}

/** Values of attributes hold no double quotes. */
const attribute = (text: string) => cut(text.replaceAll('"', '”').replace(/[{}]/g, ''), LONGEST_TITLE);

function stepMarkdown({ id, title, check, text }: StepText): string {
  const named = attribute(title) || id;
  const head = `:::::step{id="${id}" title="${named}" goal="${named}"${check === null ? '' : ` check="${check}"`}}`;
  const hints = text.hints.map((hint) => `::::hint\n${hint}\n::::`);
  return [head, text.body, check === null ? DONE : '', ...hints, solutionOf(text, check), ':::::']
    .filter(Boolean)
    .join('\n');
}

const isRunnable = (text: string) => text.includes('```bash run\n');

function solutionOf({ body, solution }: ConvertedText, check: string | null): string {
  const own = solution ?? '';
  if (check !== null && !isRunnable(body) && !isRunnable(own))
    return ['::::solution', own, '```bash run', TO_WRITE, '```', '::::'].filter(Boolean).join('\n');
  return own === '' ? '' : `::::solution\n${own}\n::::`;
}

/** Does nothing, so the proof of the course names the step until somebody writes it. */
export const TO_WRITE = 'true';

/** Where nothing can be looked at, the student says it. */
const DONE = [
  '::::question{kind="choice"}',
  'Have you done this?',
  '',
  '- [x] Yes.',
  '- [ ] Not yet.',
  '',
  ':::explanation',
  'Go on with the next step.',
  ':::',
  '::::',
].join('\n');
