import { spawn } from 'node:child_process';

/**
 * Runs a command quietly and resolves with its output; when it fails, the error carries the last lines it printed,
 * since those say what to do.
 */
export function command(file, args, { cwd, env, show = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
    });
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk).slice(-200_000);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.on('error', (error) => reject(new Error(`${file} could not be started: ${error.message}`)));
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${file} ${args.join(' ')} ended with ${signal ?? code}\n${lastLines(output)}`));
    });
  });
}

function lastLines(output) {
  return output.trimEnd().split('\n').slice(-25).join('\n');
}
