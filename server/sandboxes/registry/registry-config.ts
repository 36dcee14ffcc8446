export type RegistrySettings = { directory: string; address: string; port: number; readOnly: boolean };

/** The configuration of one docker-registry process. JSON is YAML. */
export function registryConfig({ directory, address, port, readOnly }: RegistrySettings): string {
  return `${JSON.stringify(
    {
      version: '0.1',
      log: { level: 'warn', accesslog: { disabled: true } },
      storage: {
        filesystem: { rootdirectory: directory },
        delete: { enabled: false },
        maintenance: { uploadpurging: { enabled: false }, readonly: { enabled: readOnly } },
      },
      http: { addr: `${address}:${port}` },
    },
    null,
    2,
  )}\n`;
}
