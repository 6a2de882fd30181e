import { z } from 'zod';
import { code } from '@/lib/model/message';
import { passwordSchema } from '@/lib/model/password';
import { roleSchema, tokenScopeSchema } from '@/lib/model/role';
import { userNameSchema } from './user-name';

export const signInSchema = z.strictObject({
  name: userNameSchema,
  password: z.string().min(1, code('validation.password-missing')).max(200),
});
export const newUserSchema = z.strictObject({
  name: userNameSchema,
  password: passwordSchema,
  role: roleSchema,
});
export const userChangeSchema = z.strictObject({
  role: roleSchema.optional(),
  disabled: z.boolean().optional(),
  password: passwordSchema.optional(),
});
export const ownPasswordSchema = z.strictObject({
  current: z.string().min(1, code('validation.own-password-missing')).max(200),
  password: passwordSchema,
});
export const newTokenSchema = z.strictObject({
  name: z.string().trim().min(1, code('validation.name-empty')).max(100),
  scope: tokenScopeSchema,
  /** Days until it expires; null: never. */
  expiresInDays: z
    .number()
    .int()
    .min(1, code('validation.at-least-one-day'))
    .max(3650)
    .nullable()
    .default(90),
});
