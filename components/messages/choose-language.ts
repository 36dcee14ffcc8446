import { LANGUAGES, type Language } from './load-messages.ts';

/** The remembered language, else the first one the browser asks for that we have, else English. */
export function chooseLanguage(asked: { cookie: string | undefined; acceptLanguage: string | null }): Language {
  const wanted = [asked.cookie ?? '', ...byPreference(asked.acceptLanguage ?? '')];
  for (const tag of wanted) {
    const language = LANGUAGES.find((known) => known === tag.slice(0, 2).toLowerCase());
    if (language) return language;
  }
  return 'en';
}

function byPreference(header: string): string[] {
  return header
    .split(',')
    .map((part) => {
      const [tag = '', quality] = part.trim().split(';q=');
      return { tag, weight: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag);
}
