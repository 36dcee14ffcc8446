const LOOK_MS = 500;

/**
 * Started by npm, we end with it: one that was killed passes nothing on, and a server that nobody started would be left.
 * Started otherwise, whoever did may go: a shell that is left, say.
 * @param {NodeJS.ProcessEnv} env
 */
export function followNpm(env) {
  if (env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(look);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_MS).unref();
}
