'use server';

import { cookies } from 'next/headers';
import { LANGUAGE_COOKIE, LANGUAGES, type Language } from '#components/messages/load-messages.ts';

const YEAR_SECONDS = 31_536_000;

/** Remembers the language in this browser. Setting a cookie makes Next draw the page again. */
export async function chooseLanguage(language: Language): Promise<void> {
  const known = LANGUAGES.find((one) => one === language);
  if (!known) return;
  const jar = await cookies();
  jar.set(LANGUAGE_COOKIE, known, { path: '/', maxAge: YEAR_SECONDS, sameSite: 'lax', httpOnly: true });
}
