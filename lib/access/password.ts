import { hash, verify } from '@node-rs/argon2';

/** Argon2id, with the library's parameters (19 MiB, 2 passes), as a PHC string that names them. */
export function hashPassword(password: string): Promise<string> {
  return hash(password);
}

/** Whether the password is the one of this hash. */
export function isPasswordOf(password: string, passwordHash: string): Promise<boolean> {
  return verify(passwordHash, password);
}
