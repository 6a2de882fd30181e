import { z } from 'zod';

/** In this order they are offered. */
export const exportFormatSchema = z.enum(['html', 'json', 'csv', 'markdown', 'k6-summary', 'junit']);
export type ExportFormat = z.infer<typeof exportFormatSchema>;
