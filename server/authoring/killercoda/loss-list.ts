/** Something that could not be taken over as it was. */
export type Loss = { file: string; line: number; what: string; remedy: string };

/** Collects them for one file after the other. */
export class LossList {
  readonly all: Loss[] = [];

  add(file: string, line: number, what: string, remedy: string): void {
    const same = this.all.some((one) => one.file === file && one.what === what && one.line === line);
    if (!same) this.all.push({ file, line, what, remedy });
  }
}
