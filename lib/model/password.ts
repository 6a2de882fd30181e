import { z } from 'zod';

/** A password that somebody chooses: long rather than odd. */
export const passwordSchema = z.string().min(12, 'at least 12 characters').max(200, 'at most 200 characters');
