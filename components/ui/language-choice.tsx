'use client';

import { createContext, useContext } from 'react';
import type { Language } from '#components/messages/load-messages.ts';

export type ChooseLanguage = (language: Language) => Promise<void>;

const LanguageChoice = createContext<ChooseLanguage>(async () => undefined);

export const LanguageChoiceProvider = LanguageChoice.Provider;
/** Remembers another language and draws the page in it. */
export const useChooseLanguage = (): ChooseLanguage => useContext(LanguageChoice);
