import { hash, verify } from '@node-rs/argon2';
import { z } from 'zod';

/** A password that somebody chooses: long rather than odd. */
export const passwordSchema = z.string().min(12, 'at least 12 characters').max(200, 'at most 200 characters');

/** Argon2id, with the library's parameters (19 MiB, 2 passes), as a PHC string that names them. */
export function hashPassword(password: string): Promise<string> {
  return hash(password);
}

/** Whether the password is the one of this hash. */
export function isPasswordOf(password: string, passwordHash: string): Promise<boolean> {
  return verify(passwordHash, password);
}
