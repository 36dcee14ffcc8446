const SHELL_NAME = /^[A-Za-z0-9-]{1,40}$/;

/** Names go to the holder as they are: only ours pass. */
export function requireShellName(name: string): string {
  if (!SHELL_NAME.test(name)) throw new TypeError(`not a shell name: ${name}`);
  return name;
}
