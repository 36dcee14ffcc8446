import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createTranslator } from 'use-intl/core';
import { z } from 'zod';
import { chooseLanguage } from '#components/messages/choose-language.ts';
import type { Language } from '#components/messages/load-messages.ts';
import { readHostSettings } from './keeper/keeper-config.ts';
import { examineHost } from './sandboxes/doctor/examine-host.ts';
import { planEngine } from './sandboxes/engine/engine-plan.ts';
import { createMirror } from './sandboxes/registry/mirror.ts';
import type { DoctorFinding } from './shared/views.ts';

const USAGE = `Usage: npm run doctor [-- --json]
  Says what this host can do, what follows for courses, and the command that would change it.
  It changes nothing. Ends with 1 when something stands in the way of a lesson.
  --json   the same for programs`;

const ROOT = path.resolve(import.meta.dirname, '..');
const MARKS: Record<DoctorFinding['level'], string> = { ok: '✓', note: '·', warn: '!', bad: '✗' };

async function examine(): Promise<DoctorFinding[]> {
  const settings = readHostSettings(process.env, ROOT);
  const plan = planEngine({ home: settings.engineHome, index: settings.engineIndex });
  return examineHost({
    plan,
    mirror: createMirror(plan, settings.mirror),
    upstream: settings.mirror.upstream,
    webPort: settings.webPort,
  });
}

const wordsOfFindings = z.object({
  remedy: z.string(),
  group: z.record(z.string(), z.string()),
  found: z.record(z.string(), z.record(z.string(), z.object({ seen: z.string(), follows: z.string() }))),
});

/** The pages' own words, filled in. */
function say(locale: Language, text: string | undefined, values: DoctorFinding['values'] = {}): string {
  return createTranslator({ locale, timeZone: 'UTC', messages: { text: text ?? '' } })('text', values);
}

async function report(findings: readonly DoctorFinding[], language: Language): Promise<string> {
  const file = path.join(ROOT, 'components/messages', language, 'doctor.json');
  const words = wordsOfFindings.parse(JSON.parse(await readFile(file, 'utf8')));
  const groups = [...new Set(findings.map(({ code }) => groupOf(code)))];
  const parts = groups.map((group) => {
    const own = findings.filter(({ code }) => groupOf(code) === group);
    const lines = own.flatMap(({ code, level, values, remedy }) => {
      const told = words.found[group]?.[code.slice(group.length + 1)];
      return [
        `  ${MARKS[level]} ${say(language, told?.seen, values)}`,
        `      ${say(language, told?.follows, values)}`,
        ...(remedy === null ? [] : [`      ${words.remedy}: ${remedy}`]),
      ];
    });
    return [words.group[group], ...lines].join('\n');
  });
  return `${parts.join('\n\n')}\n`;
}

const groupOf = (code: string): string => code.split('.')[0] ?? '';

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false }, help: { type: 'boolean' } } });
if (values.help) {
  process.stdout.write(`${USAGE}\n`);
  process.exit(0);
}
const findings = await examine();
const language = chooseLanguage({ cookie: undefined, acceptLanguage: process.env.LC_ALL ?? process.env.LANG ?? null });
process.stdout.write(values.json ? `${JSON.stringify(findings, null, 2)}\n` : await report(findings, language));
process.exitCode = findings.some(({ level }) => level === 'bad') ? 1 : 0;
