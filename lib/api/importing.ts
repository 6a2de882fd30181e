import { foreignRequest } from '@/lib/identity/foreign';
import { importAnswerSchema, importRequestSchema } from '@/lib/importing/facts';
import { withImport } from '@/lib/importing/run-import';
import { saveImport } from '@/lib/importing/save';
import { getStore } from '@/lib/store/client';
import { Problem } from '@/lib/model/problem';
import { route } from './route';
import { message } from '@/lib/model/message';

export const importing = [
  route(
    'POST /api/import',
    {
      summary:
        'Reads the output of hey (-o csv), k6 (--out json or csv, also packed by gzip) or Fortio (JSON), sent as the body, and with save=1 keeps it as a run.',
      access: 'runner',
      audit: 'run.import',
      query: importRequestSchema,
      answers: {
        200: importAnswerSchema,
        201: importAnswerSchema,
        422: {
          mediaType: 'application/problem+json',
          description: 'The file is of no known kind, or wrong at the line that is named.',
        },
      },
      // The proxy lets this route pass: Next would keep a copy of the file.
      before({ request }) {
        const refusal = foreignRequest(request);
        if (refusal) throw refusal;
      },
    },
    async ({ request, query, reply, note, signal }) => {
      if (!request.body) throw new Problem('problems.no-file', {});
      return withImport(request.body, signal, async ({ preview, file }, rows) => {
        if (query.save === '0') {
          note({ skip: true });
          return { preview, run: null };
        }
        const run = await saveImport(await getStore(), file, rows, query, Date.now());
        if (!run)
          throw new Problem(
            'problems.import-service-unknown',
            {},
            { errors: [{ path: 'service', said: message('validation.service-deleted') }] },
          );
        note({ target: run.id, detail: { name: run.name } });
        reply.status = 201;
        return { preview, run };
      });
    },
  ),
] as const;
