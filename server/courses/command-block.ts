import type { Element } from 'hast';

type Fence = { lang?: string | null | undefined; meta?: string | null | undefined; value: string };

/** What may stand after ``` in a chapter. */
export const FENCES = 'bash run, bash run inside, bash copy, console (sample output), text, or a language to read';

/** True for a fence whose lines the student runs by a click. */
export const isRunnable = ({ lang, meta }: Fence): boolean => lang === 'bash' && (meta === 'run' || isInside(meta));

/** For the prompt of a program that a command before it started, such as a container's shell. */
const isInside = (meta: Fence['meta']): boolean => meta === 'run inside';
const isCommand = ({ lang, meta }: Fence): boolean =>
  isRunnable({ lang, meta, value: '' }) || (lang === 'bash' && meta === 'copy');

/** A mistake in the words after ```, or null. */
export function fenceMistake(fence: Fence): string | null {
  const { lang, meta } = fence;
  if (!meta || isCommand(fence)) return null;
  return `"${lang} ${meta}" is not a kind of block`;
}

/** The HTML of a fence. A command block is a marked `pre` until it has passed the sanitiser. */
export function commandBlock(fence: Fence): Element {
  const { lang, meta, value } = fence;
  if (isCommand(fence)) {
    const properties = {
      dataCommand: value,
      dataRun: String(isRunnable(fence)),
      ...(isInside(meta) && { dataInside: 'true' }),
    };
    return { type: 'element', tagName: 'pre', properties, children: [] };
  }
  const code: Element = {
    type: 'element',
    tagName: 'code',
    properties: lang ? { className: [`language-${lang}`] } : {},
    children: [{ type: 'text', value: `${value}\n` }],
  };
  const properties = lang === 'console' ? { dataSample: 'true' } : {};
  return { type: 'element', tagName: 'pre', properties, children: [code] };
}
