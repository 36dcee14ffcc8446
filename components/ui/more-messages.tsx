'use client';

import type { ReactNode } from 'react';
import { IntlProvider, useLocale, useMessages, useTimeZone } from 'use-intl';
import type { Messages } from '#components/messages/load-messages.ts';

/** Adds a section's words to those the layout gave. */
export function MoreMessages({ messages, children }: { messages: Messages; children: ReactNode }) {
  const known = useMessages();
  return (
    <IntlProvider locale={useLocale()} timeZone={useTimeZone() ?? 'UTC'} messages={{ ...known, ...messages }}>
      {children}
    </IntlProvider>
  );
}
