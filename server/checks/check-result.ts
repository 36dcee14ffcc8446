import { stripVTControlCharacters } from 'node:util';
import type { ExecResult } from '#server/sandboxes/driver.ts';
import { type CheckOutcome, type CheckPart, MAX_PARTS } from '#server/shared/protocol.ts';

/** What one run of a check says. Students influence these words, and teachers read them: plain text, capped. */
export type CheckResult = {
  outcome: CheckOutcome;
  /** One sentence for the student; empty when the check gave none. */
  message: string;
  seen: string;
  wanted: string;
  /** Empty where the check names none. */
  parts: CheckPart[];
  /** The key of the hint that fits what was seen; empty where the check names none. */
  hint: string;
};

const MAX_MESSAGE = 300;
const MAX_EVIDENCE = 600;
const MAX_PART = 160;
const MAX_HINT_KEY = 40;
const MAX_COMPLAINT = 2000;

/** Exit code 0 passed, 1 failed; all else says that the check itself is bad, and never counts against the student. */
export function checkResult(run: ExecResult, timeoutMs: number): CheckResult {
  if (run.timedOut) return checkTimedOut(timeoutMs);
  if (run.exitCode === 0) return said('passed', run.stdout);
  if (run.exitCode === 1) return said('failed', run.stdout);
  const how = run.exitCode === null ? 'it was ended from outside' : `exit code ${run.exitCode}`;
  return checkFault(`The check itself did not work: ${how}.`);
}

export function checkTimedOut(timeoutMs: number): CheckResult {
  return checkFault(`The check took longer than ${timeoutMs / 1000} seconds and was stopped.`);
}

/** Without evidence: what a broken check prints is for the log, not for the student. */
export function checkFault(message: string): CheckResult {
  return { outcome: 'fault', message, seen: '', wanted: '', parts: [], hint: '' };
}

/** The first line of each kind counts: what a check quotes from the sandbox cannot replace what it said before. */
function said(outcome: 'passed' | 'failed', stdout: string): CheckResult {
  const lines = stdout.split('\n');
  const first = (key: string, max: number) => {
    const line = lines.find((candidate) => candidate.startsWith(key));
    return line === undefined ? '' : plain(line.slice(key.length), max);
  };
  const parts = partsOf(lines);
  if (outcome === 'passed' && parts.some((part) => !part.done)) {
    return checkFault('The check itself did not work: it passed with a part that is not done.');
  }
  return {
    outcome,
    parts,
    hint: first('hint:', MAX_HINT_KEY),
    message: first('message:', MAX_MESSAGE),
    seen: first('seen:', MAX_EVIDENCE),
    wanted: first('wanted:', MAX_EVIDENCE),
  };
}

/** `part: done <name>` or `part: open <name>`, the latter with `part_seen:` and `part_wanted:` on the lines after it. */
function partsOf(lines: readonly string[]): CheckPart[] {
  const parts: CheckPart[] = [];
  for (const line of lines) {
    const [, state, name] = /^part: (done|open) (.*)$/.exec(line) ?? [];
    const [, key, words] = /^part_(seen|wanted):(.*)$/.exec(line) ?? [];
    const last = parts.at(-1);
    if (state && name) parts.push({ name: plain(name, MAX_PART), done: state === 'done', seen: '', wanted: '' });
    else if (key === 'seen' && last) last.seen ||= plain(words ?? '', MAX_EVIDENCE);
    else if (key === 'wanted' && last) last.wanted ||= plain(words ?? '', MAX_EVIDENCE);
  }
  return parts.slice(0, MAX_PARTS);
}

/** Without colours, controls and marks that turn the direction of text; one line; cut with an ellipsis. */
export function plain(text: string, max: number): string {
  const line = stripVTControlCharacters(text)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(/[\p{Cf}\p{Cs}\p{Co}]/gu, '')
    .trim();
  const characters = Array.from(line);
  return characters.length <= max ? line : `${characters.slice(0, max - 1).join('')}…`;
}

/** The end of what a check complained about, for the log. */
export const complaintOf = ({ stderr }: ExecResult): string => plain(stderr.slice(-MAX_COMPLAINT), MAX_COMPLAINT);
