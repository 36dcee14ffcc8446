/** The package declares its types under its own name; ours is an alias. Only what is used, with output as bytes. */
declare module 'node-pty' {
  export type IPty = {
    onData(listener: (data: Uint8Array) => void): { dispose(): void };
    onExit(listener: (exit: { exitCode: number; signal?: number }) => void): { dispose(): void };
    write(data: Uint8Array): void;
    resize(cols: number, rows: number): void;
    pause(): void;
    resume(): void;
    kill(signal: string): void;
  };
  export function spawn(
    file: string,
    args: readonly string[],
    options: {
      name: string;
      cols: number;
      rows: number;
      cwd: string;
      env: Record<string, string | undefined>;
      /** Null: output comes as bytes. */
      encoding: null;
    },
  ): IPty;
}
