import { type ScriptFile } from '@/lib/model/script-files';
import { scriptFileLimits } from '@/lib/model/script-files';
import { type ApiProblem } from '@/lib/api/api-problem';
import { api } from '@/app/_ui/data/api';
import { useAsked } from '@/app/_ui/data/use-asked';

/** What a file of a script says, read where only its hash is here; `text` null: nothing that can be edited, or not yet. */
export function useFileText(file: ScriptFile | undefined): {
  text: string | null;
  isRead: boolean;
  problem: ApiProblem | null;
} {
  const sha256 = file?.sha256 ?? '';
  const wanted = file !== undefined && file.text === null && file.bytes <= scriptFileLimits.textCharacters;
  const asked = useAsked(
    async (signal) => {
      const bytes = await api.file('GET /api/script-files/{sha256}', { params: { sha256 }, signal });
      return { sha256, text: textOf(bytes) };
    },
    sha256,
    { wanted },
  );
  if (!file) return { text: null, isRead: false, problem: null };
  if (file.text !== null) return { text: file.text, isRead: true, problem: null };
  if (!wanted) return { text: null, isRead: true, problem: null };
  const isRead = asked.data?.sha256 === sha256;
  return { text: isRead ? (asked.data?.text ?? null) : null, isRead, problem: asked.problem };
}

function textOf(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}
