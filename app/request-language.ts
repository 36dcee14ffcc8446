import { cookies, headers } from 'next/headers';
import { createTranslator, type Messages as IntlMessages } from 'use-intl/core';
import { chooseLanguage } from '#components/messages/choose-language.ts';
import { LANGUAGE_COOKIE, type Language, loadArea } from '#components/messages/load-messages.ts';

/** The language of this request: the remembered one, else what the browser asks for. */
export async function requestLanguage(): Promise<Language> {
  const [jar, head] = await Promise.all([cookies(), headers()]);
  return chooseLanguage({ cookie: jar.get(LANGUAGE_COOKIE)?.value, acceptLanguage: head.get('accept-language') });
}

/** `t` for one area in server components. */
export async function translator(area: string) {
  const language = await requestLanguage();
  // Typed as the library types messages it knows nothing of, so that keys may name groups (`create.title`).
  const messages: IntlMessages = await loadArea(language, area);
  return createTranslator({ locale: language, messages });
}
