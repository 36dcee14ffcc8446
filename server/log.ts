import pino from 'pino';

const logger = pino({
  level: process.env.CHAPTERHOUSE_LOG_LEVEL ?? 'info',
  base: null,
  redact: { paths: ['cookie', 'password', 'token', '*.cookie', '*.password', '*.token'], censor: '[hidden]' },
});

export type LogFields = Record<string, unknown>;

/** Events with fields. Never terminal content, tokens or passwords. */
export const log = {
  debug: (event: string, fields: LogFields = {}) => logger.debug({ event, ...fields }),
  info: (event: string, fields: LogFields = {}) => logger.info({ event, ...fields }),
  warn: (event: string, fields: LogFields = {}) => logger.warn({ event, ...fields }),
  error: (event: string, error: unknown, fields: LogFields = {}) => logger.error({ event, err: error, ...fields }),
};
