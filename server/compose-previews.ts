import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createTranslator, type Messages as IntlMessages } from 'use-intl/core';
import { chooseLanguage } from '#components/messages/choose-language.ts';
import { type AreaMessages, LANGUAGES, type Language } from '#components/messages/load-messages.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import type { LiveHub } from './live/hub.ts';
import { type FaultPage, PreviewGateway } from './preview/gateway.ts';
import { PortWatch } from './preview/port-watch.ts';
import type { SandboxManager } from './sandboxes/manager.ts';
import type { ErrorCode } from './shared/error-codes.ts';
import type { TerminalRegistry } from './terminals/registry.ts';

type PreviewParts = {
  config: Config;
  clock: Clock;
  sandboxes: SandboxManager;
  terminals: TerminalRegistry;
  hub: LiveHub;
};

/** What notices that something listens in a sandbox, and what shows it. */
export function composePreviews({ config, clock, sandboxes, terminals, hub }: PreviewParts) {
  const previews = new PreviewGateway({
    settings: config.preview,
    secret: config.secret,
    publicUrl: config.url,
    trustProxy: config.trustProxy,
    clock,
    sandboxes,
    faultPage: createFaultPage(),
  });
  return { previews, ports: new PortWatch({ sandboxes, terminals, hub, clock }) };
}

/** Codes that have words of their own on a preview's page; the others are said as everywhere. */
const OWN_WORDS = [
  'port_closed',
  'port_no_http',
  'preview_lapsed',
  'preview_nowhere',
  'sandbox_gone',
  'sandbox_starting',
  'step_unavailable',
  'timed_out',
  'not_allowed',
  'not_signed_in',
  'not_found',
  'foreign_origin',
] as const satisfies readonly ErrorCode[];
type OwnWords = (typeof OWN_WORDS)[number];
const hasOwnWords = (code: ErrorCode): code is OwnWords => OWN_WORDS.some((one) => one === code);

const MESSAGES = path.resolve(import.meta.dirname, '../components/messages');

/** Draws the page that stands where a preview would be, in the words of the message files. */
export function createFaultPage(): FaultPage {
  const read = (language: Language, area: string): AreaMessages =>
    JSON.parse(readFileSync(path.join(MESSAGES, language, `${area}.json`), 'utf8'));
  const words = new Map(
    LANGUAGES.map((language) => [language, { preview: read(language, 'preview'), errors: read(language, 'errors') }]),
  );
  return (code, { port, language: chosen, acceptLanguage }) => {
    const language = chooseLanguage({ cookie: chosen ?? undefined, acceptLanguage: acceptLanguage ?? null });
    // Typed as the library types messages it knows nothing of, so that keys may name groups.
    const messages: IntlMessages = { ...words.get(language) };
    const t = createTranslator({ locale: language, timeZone: 'UTC', messages });
    const values = { port: port === null ? '' : String(port) };
    const title = hasOwnWords(code) ? t(`preview.${code}.title`, values) : t('preview.other');
    const text = hasOwnWords(code) ? t(`preview.${code}.text`, values) : t(`errors.${code}`);
    return faultHtml({ language, title, text, again: t('preview.again') });
  };
}

type FaultWords = { language: string; title: string; text: string; again: string };

function faultHtml({ language, title, text, again }: FaultWords): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>
:root { color-scheme: light dark; --paper: #fbfaf7; --ink: #22262b; --ink-2: #565d66; --accent: #1f5f99; }
@media (prefers-color-scheme: dark) { :root { --paper: #16181b; --ink: #e4e6e9; --ink-2: #a7aeb7; --accent: #86b7e0; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 17px/1.6 system-ui, sans-serif; }
main { max-width: 34rem; margin: 18vh auto 0; padding: 0 24px; }
h1 { margin: 0 0 8px; font-size: 24px; line-height: 1.3; }
p { margin: 0 0 16px; color: var(--ink-2); }
a { color: var(--accent); }
</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
<p>${escaped(text)}</p>
<p><a href="">${escaped(again)}</a></p>
</main>
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? '');
