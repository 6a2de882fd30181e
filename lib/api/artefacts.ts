import { z } from 'zod';
import { artefactSchema } from '@/lib/model/artefact';
import { listArtefacts, readArtefact } from '@/lib/store/artefacts';
import { getStore } from '@/lib/store/client';
import { findRun } from '@/lib/store/runs';
import { found } from './problem';
import { route } from './route';

/** The files that a run's script made in its `handleSummary`. */
export const artefacts = [
  route(
    'GET /api/runs/{id}/artefacts',
    {
      summary:
        'The files that the run’s script made in its handleSummary, by name; what was beyond the limits is named.',
      access: 'viewer',
      answers: { 200: z.object({ artefacts: z.array(artefactSchema) }) },
    },
    async ({ params }) => {
      const store = await getStore();
      const { id } = found('run', await findRun(store, params.id));
      return { artefacts: await listArtefacts(store, id) };
    },
  ),
  route(
    'GET /api/runs/{id}/artefacts/{name}',
    {
      summary:
        'One of these files as it was made; a runner’s, since the script may have put its variables into it.',
      access: 'runner',
      answers: {
        200: {
          mediaType: 'application/octet-stream',
          description: 'The file’s bytes, always as a download.',
        },
        404: {
          mediaType: 'application/problem+json',
          description: 'There is no such file, or none was kept.',
        },
      },
    },
    async ({ params }) => {
      const store = await getStore();
      const { id } = found('run', await findRun(store, params.id));
      const content = found('file', await readArtefact(store, id, params.name));
      return new Response(content, {
        headers: {
          // A stranger's script made it: never shown as a page of ours.
          'content-type': 'application/octet-stream',
          'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(params.name).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)}`,
          'content-security-policy': 'sandbox',
          'cache-control': 'no-store',
          'x-content-type-options': 'nosniff',
        },
      });
    },
  ),
] as const;
