import { z } from 'zod';

/** A user's name: case does not count. */
export const userNameSchema = z
  .string()
  .trim()
  .toLowerCase()
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,63}$/u,
    'letters, digits, dots, - , _ or @, at most 64, beginning with a letter or digit',
  );
