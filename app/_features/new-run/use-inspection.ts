import { scriptFilesAsked } from '@/lib/model/script-files';
import { targetUrlOf } from '@/lib/model/target';
import { type Service } from '@/lib/model/run';
import { api } from '@/app/_ui/data/api';
import { type Asked, useAsked } from '@/app/_ui/data/use-asked';
import { envOf, type Draft, type Folder } from './draft';

/** A pause in typing after which k6 is asked. */
const pauseMs = 400;

/** The script's options as k6 makes them of the draft's text and variables, asked anew while these are typed. */
export function useInspection(
  draft: Draft,
  scriptText: string,
  folder: Folder | null,
  service: Service | undefined,
): Asked<Readonly<Record<string, unknown>>> {
  const body = {
    scriptName: draft.scriptName,
    scriptText,
    ...scriptFilesAsked(folder),
    env: { ...envOf(draft), ...(service ? { TARGET_URL: targetUrlOf(service), HOST: service.host } : {}) },
  };
  return useAsked(
    async (signal) => (await api('POST /api/scripts/check', { body, signal })).options,
    JSON.stringify(body),
    { wanted: draft.scriptName !== '' && scriptText !== '', waitMs: pauseMs },
  );
}
