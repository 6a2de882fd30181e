import { z } from 'zod';
import { code } from './message';

/** A password that somebody chooses: long rather than odd. */
export const passwordSchema = z
  .string()
  .min(12, code('validation.at-least-characters'))
  .max(200, code('validation.at-most-characters'));
