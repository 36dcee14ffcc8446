import { PASSWORD_MIN } from './password-strength.ts';

export type SetupDraft = { name: string; email: string; password: string; confirm: string };
export type SetupField = keyof SetupDraft;

/** The first field that cannot be sent, from top to bottom. The server decides again. */
export function setupFault({ name, email, password, confirm }: SetupDraft): SetupField | null {
  if (name.trim() === '') return 'name';
  if (!/^[^\s@]+@[^\s@]+$/.test(email.trim())) return 'email';
  if ([...password].length < PASSWORD_MIN) return 'password';
  return password === confirm ? null : 'confirm';
}
