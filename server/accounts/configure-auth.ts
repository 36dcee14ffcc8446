import { betterAuth } from 'better-auth/minimal';
import { log } from '#server/log.ts';
import { authDatabase } from './account-store.ts';
import { ADDRESS_HEADER } from './address.ts';
import { setAuth } from './auth.ts';
import type { ClassDoor } from './class-door.ts';
import { classroomPlugin } from './classroom-plugin.ts';
import { PASSWORD_MAX, PASSWORD_MIN } from './credentials.ts';

export type AuthSettings = {
  /** Signs the cookies; at least 32 characters. */
  secret: string;
  /** The address people type; null: links are made from the address the browser used. */
  baseUrl: string | null;
  /** Further origins that may call the endpoints, beside the one that the browser reached us by. */
  trustedOrigins: readonly string[];
  /** Believe `x-forwarded-proto` and `x-forwarded-host`. */
  trustProxy: boolean;
  classDoor: ClassDoor;
};

const DAY_S = 24 * 3600;
/** A guest has nothing but this cookie and a return link: it lasts for a term's break. */
const SESSION_LIFETIME_S = 60 * DAY_S;
export type AuthInstance = ReturnType<typeof createAuth>;

/** Makes the auth library's one instance. Call once at start, after the database is open. */
export function configureAuth(settings: AuthSettings): void {
  setAuth({ instance: createAuth(settings), settings });
}

function createAuth(settings: AuthSettings) {
  return betterAuth({
    appName: 'Chapterhouse',
    basePath: '/api/auth',
    secret: settings.secret,
    // No base URL: a class reaches one server as localhost, by address and by name. handleAuthRequest gives each
    // request the address that its browser used.
    trustedOrigins: [...settings.trustedOrigins, ...(settings.baseUrl === null ? [] : [settings.baseUrl])],
    database: authDatabase(),
    telemetry: { enabled: false },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_MIN,
      maxPasswordLength: PASSWORD_MAX,
    },
    user: {
      additionalFields: {
        role: { type: 'string', required: true, input: false },
        isGuest: { type: 'boolean', required: true, input: false },
      },
    },
    session: { expiresIn: SESSION_LIFETIME_S, updateAge: DAY_S },
    rateLimit: {
      enabled: true,
      // One process, and its memory: a row per request would be a disk write per request.
      storage: 'memory',
      window: 10,
      // A whole school behind one address opens its links at once.
      max: 600,
      customRules: {
        '/sign-in/email': { window: 60, max: 10 },
        '/change-password': { window: 60, max: 10 },
        '/claim-admin': { window: 60, max: 30 },
      },
    },
    advanced: {
      cookiePrefix: 'chapterhouse',
      useSecureCookies: settings.baseUrl?.startsWith('https://') ?? false,
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', path: '/' },
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
      // Said aloud, because the library turns both off by itself under a test runner.
      disableOriginCheck: false,
      disableCSRFCheck: false,
    },
    plugins: [classroomPlugin(settings)],
    // Only the first word: the rest may carry what a client sent.
    logger: { level: 'error', log: (level, message) => log.warn('auth.library', { level, message }) },
  });
}
