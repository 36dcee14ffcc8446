import { forbidden } from './refused.ts';

export type RequestTarget = { path: string; query: Record<string, string> };

/** No percent sign: a path that says one thing here and another there cannot be written. */
const TARGET = /^(?:\/v1\.\d{1,2})?(?<path>\/[A-Za-z0-9_.:/-]*)(?:\?(?<query>[!-~]*))?$/;
const LONGEST_TARGET = 4096;

/** Takes a request's target apart, its version left out: what the engine is asked is put together anew. */
export function parseTarget(target: string): RequestTarget {
  const groups = target.length <= LONGEST_TARGET ? TARGET.exec(target)?.groups : undefined;
  const path = groups?.path;
  if (path === undefined || /\/\/|\/\.|\/$/.test(path)) throw forbidden('a path that cannot be read in one way only');
  return { path, query: parseQuery(groups?.query ?? '') };
}

function parseQuery(text: string): Record<string, string> {
  const query: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(text)) {
    if (name in query) throw forbidden(`${name} is given twice`);
    query[name] = value;
  }
  return { ...query };
}
