import { ColorSchemeScript, mantineHtmlProps } from '@mantine/core';
import type { Metadata, Viewport } from 'next';
import { headers } from 'next/headers';
import type { ReactNode } from 'react';
import { loadMessages } from '#components/messages/load-messages.ts';
import { AppProviders } from '#components/ui/app-providers.tsx';
import { PALETTE } from '#components/ui/palette.ts';
import { chooseLanguage } from './language-action.ts';
import { requestLanguage, translator } from './request-language.ts';
import '@fontsource-variable/inter/index.css';
import '@fontsource-variable/source-serif-4/opsz.css';
import '@fontsource-variable/source-serif-4/opsz-italic.css';
import '@fontsource-variable/jetbrains-mono/index.css';
import '@mantine/core/styles.layer.css';
import './global.css';

export async function generateMetadata(): Promise<Metadata> {
  const t = await translator('common');
  return { title: { default: 'Chapterhouse', template: '%s · Chapterhouse' }, description: t('tagline') };
}

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: PALETTE.light.paper },
    { media: '(prefers-color-scheme: dark)', color: PALETTE.dark.paper },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const language = await requestLanguage();
  const [messages, head] = await Promise.all([loadMessages(language, ['common', 'errors']), headers()]);
  const nonce = head.get('x-nonce') ?? '';
  return (
    <html lang={language} {...mantineHtmlProps}>
      <head>
        <ColorSchemeScript defaultColorScheme="auto" nonce={nonce} />
      </head>
      <body>
        <AppProviders
          language={language}
          messages={messages}
          now={new Date().toISOString()}
          nonce={nonce}
          chooseLanguage={chooseLanguage}
        >
          {children}
        </AppProviders>
      </body>
    </html>
  );
}
