export const LANGUAGES = ['en', 'fr'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each language's own name, for the menu. */
export const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', fr: 'Français' };

/** The cookie that remembers a choice of language. */
export const LANGUAGE_COOKIE = 'ch_lang';

/** One area's words: ICU messages, in groups where there are many. */
export type AreaMessages = { [key: string]: string | AreaMessages };
/** Keyed by area: what `useTranslations('<area>')` looks up. */
export type Messages = Record<string, AreaMessages>;

/** The words of some areas, one file each: `components/messages/<language>/<area>.json`. */
export async function loadMessages(language: Language, areas: readonly string[]): Promise<Messages> {
  const loaded = await Promise.all(areas.map(async (area) => [area, await loadArea(language, area)] as const));
  return Object.fromEntries(loaded);
}

export async function loadArea(language: Language, area: string): Promise<AreaMessages> {
  const file: { default: AreaMessages } = await import(`./${language}/${area}.json`);
  return file.default;
}
