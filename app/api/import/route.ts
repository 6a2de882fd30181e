import { importRequestSchema } from '@/lib/importing/facts';
import { previewOf } from '@/lib/importing/preview';
import { readImport } from '@/lib/importing/read-file';
import { ImportRefused } from '@/lib/importing/refused';
import { saveImport } from '@/lib/importing/save';
import { getStore } from '@/lib/store/client';
import { foreignRequest } from '@/app/api/_lib/foreign';
import { Problem } from '@/app/api/_lib/problem';
import { json, readQuery, route } from '@/app/api/_lib/route';

/** Reads another tool's output as it streams in; `save=1` keeps it as a run, otherwise it is only told what is in it. */
export const POST = route(
  async (request, _params, { note }) => {
    const refusal = foreignRequest(request);
    if (refusal) throw new Problem(refusal.status, refusal.title, refusal.detail);
    const asked = readQuery(request, importRequestSchema);
    if (!request.body) throw new Problem(400, 'Invalid input', 'Send the file itself as the body.');
    try {
      const file = await readImport(request.body);
      if (asked.save === '0') {
        note({ skip: true });
        return json({ preview: previewOf(file), run: null });
      }
      const run = await saveImport(await getStore(), file, asked, Date.now());
      if (!run)
        throw new Problem(400, 'Invalid input', 'service: there is no such service.', [
          { path: 'service', message: 'There is no such service; it may have been deleted.' },
        ]);
      note({ target: run.id, detail: { name: run.name } });
      return json({ preview: previewOf(file), run }, 201);
    } catch (error) {
      if (!(error instanceof ImportRefused)) throw error;
      const line = error.line === null ? {} : { line: error.line };
      throw new Problem(422, 'This file cannot be imported', error.message, [
        { path: 'file', message: error.message, ...line },
      ]);
    }
  },
  { access: 'runner', audit: 'run.import' },
);
