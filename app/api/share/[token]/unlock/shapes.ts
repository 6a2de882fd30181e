import { z } from 'zod';

export const unlockSchema = z.strictObject({
  password: z.string().min(1, 'give the password').max(200, 'at most 200 characters'),
});
