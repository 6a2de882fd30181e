import { z } from 'zod';
import { code } from '@/lib/model/message';

/** A user's name: case does not count. */
export const userNameSchema = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,63}$/u, code('validation.user-name'));
