import { importAnswerSchema, type ImportAnswer } from '@/lib/importing/facts';
import { sendFile } from './http';

/** Sends a file to be read, or to be kept as a run. Throws ApiProblem. */
export async function sendImport(
  file: File,
  query: Record<string, string>,
  signal: AbortSignal,
): Promise<ImportAnswer> {
  return sendFile(
    `/api/import?${new URLSearchParams({ ...query, file: file.name }).toString()}`,
    file,
    importAnswerSchema,
    signal,
  );
}
