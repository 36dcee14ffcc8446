export type RegistryMode =
  /** Serves what is there. */
  | { kind: 'read' }
  /** Takes pushes; runs only while something is written, on files that nobody is served from yet. */
  | { kind: 'write' }
  /** Fetches what is missing from another registry and keeps it. */
  | { kind: 'fetch'; upstream: string };

export type RegistrySettings = { directory: string; socket: string; mode: RegistryMode };

/** The configuration of one docker-registry process: on a unix socket, never on a port. JSON is YAML. */
export function registryConfig({ directory, socket, mode }: RegistrySettings): string {
  const readonly = { enabled: mode.kind === 'read' };
  const config = {
    version: '0.1',
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: {
      filesystem: { rootdirectory: directory },
      // What was fetched runs out after a week: the registry deletes it by itself and needs to be allowed to.
      delete: { enabled: mode.kind === 'fetch' },
      maintenance: { uploadpurging: { enabled: false }, readonly },
    },
    http: { net: 'unix', addr: socket, relativeurls: true },
  };
  return `${JSON.stringify(mode.kind === 'fetch' ? { ...config, proxy: { remoteurl: mode.upstream } } : config, null, 2)}\n`;
}
