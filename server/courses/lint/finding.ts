/** `note`: what was not looked at. */
export type Severity = 'error' | 'warning' | 'note';

/** One thing that an author should know, with what to do about it. */
export type Finding = {
  severity: Severity;
  /** From the folder above the course: `virtualization/06-docker/chapter.md`. */
  file: string;
  /** Counted from 1. */
  line: number;
  what: string;
  remedy: string;
};

const ORDER: Record<Severity, number> = { error: 0, warning: 1, note: 2 };

/** Errors first, then by place. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  return findings.toSorted(
    (a, b) =>
      ORDER[a.severity] - ORDER[b.severity] ||
      a.file.localeCompare(b.file) ||
      a.line - b.line ||
      (a.what < b.what ? -1 : 1),
  );
}

export const countOf = (findings: readonly Finding[], severity: Severity): number =>
  findings.filter((finding) => finding.severity === severity).length;

/** Two lines for each: `file:line: error: what`, then what to do. `prefix` stands before the file. */
export function tellFinding({ severity, file, line, what, remedy }: Finding, prefix = ''): string {
  return `${prefix}${file}:${line}: ${severity}: ${what}\n    ${remedy}`;
}
