/** What a person sees while the machine is made ready: one line a step, with the time it took. */

const began = Date.now();

export function elapsed(since = began) {
  const seconds = (Date.now() - since) / 1000;
  return seconds < 100 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

export function say(text) {
  process.stdout.write(`${elapsed().padStart(10)}  ${text}\n`);
}

/**
 * Runs one step and says how long it took; says every ten seconds that it still runs, since a silent
 * install looks like a hung one.
 */
export async function step(title, run) {
  const started = Date.now();
  say(`${title} …`);
  const beat = setInterval(() => say(`${title}: still at it (${elapsed(started)})`), 10_000);
  try {
    const note = await run();
    say(`${title}: ${note ?? 'done'} (${elapsed(started)})`);
  } catch (error) {
    say(`${title}: failed after ${elapsed(started)}`);
    throw error;
  } finally {
    clearInterval(beat);
  }
}
