import { z } from 'zod';

/** A port as an option gives it. `least`: 0 where any free one may be asked for. */
export const portSchema = (least: 0 | 1) => {
  const error = `a port from ${least} to 65535.`;
  return z.coerce.number<string>({ error }).int(error).min(least, error).max(65535, error);
};
