'use client';

import { MantineProvider } from '@mantine/core';
import type { ReactNode } from 'react';
import { IntlProvider } from 'use-intl';
import type { Messages } from '#components/messages/load-messages.ts';
import { type ChooseLanguage, LanguageChoiceProvider } from './language-choice.tsx';
import { cssVariables, theme } from './theme.ts';

type AppProvidersProps = {
  language: string;
  messages: Messages;
  /** When the server drew the page: times are told from it until the browser's own clock takes over. */
  now: string;
  nonce: string;
  chooseLanguage: ChooseLanguage;
  children: ReactNode;
};

/** Theme and words for every page. Follows the system's scheme until a page stores another choice. */
export function AppProviders({ language, messages, now, nonce, chooseLanguage, children }: AppProvidersProps) {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <IntlProvider locale={language} messages={messages} now={new Date(now)} timeZone="UTC">
        <LanguageChoiceProvider value={chooseLanguage}>{children}</LanguageChoiceProvider>
      </IntlProvider>
    </MantineProvider>
  );
}
