import { pack } from 'tar-stream';
import { z } from 'zod';
import { foreignRequest } from '@/lib/identity/foreign';
import { readUpload } from '@/lib/loadgen/upload/read-upload';
import { Problem } from '@/lib/model/problem';
import { archiveTakenSchema, scriptFileLimits, scriptFileSchema } from '@/lib/model/script-files';
import { keepFiles, loadFiles } from '@/lib/runs/script-files';
import { getStore } from '@/lib/store/client';
import { findRun } from '@/lib/store/runs';
import { readContent } from '@/lib/store/script-files';
import { found } from './problem';
import { readBytes } from './read-request';
import { route } from './route';

/** What a form or a tar takes beside the files themselves, of each. */
const bytesBesideFile = 2048;

/** A stranger's file: never shown as a page of ours. */
function download(body: BodyInit, mediaType: string, name: string): Response {
  return new Response(body, {
    headers: {
      'content-type': mediaType,
      'content-disposition': `attachment; filename="${name}"`,
      'content-security-policy': 'sandbox',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  });
}

/** The files of scripts that are more than one. */
export const scriptFiles = [
  route(
    'POST /api/script-files',
    {
      summary:
        'Keeps the files of a script for a check or a run: a form whose fields are named by the files’ paths, or a plain tar, of a folder or as k6 archive makes it. Its answer says which k6 would start with.',
      access: 'runner',
      audit: false,
      answers: {
        200: z.object({
          entry: z.string(),
          files: z.array(scriptFileSchema),
          /** How many were left out, as tools put them into a folder. */
          leftOut: z.number().int(),
          /** What came with them in a tar that `k6 archive` made: its options are a file among them. */
          archive: archiveTakenSchema.nullable(),
        }),
        413: {
          mediaType: 'application/problem+json',
          description: `More than ${scriptFileLimits.files} files, or ${scriptFileLimits.bytes / 2 ** 20} MiB.`,
        },
        422: {
          mediaType: 'application/problem+json',
          description: 'A path that leads out of the folder, a link, no script among them, or no tar.',
        },
      },
      // The proxy lets this route pass: Next would keep a copy of the files.
      before({ request }) {
        const refusal = foreignRequest(request);
        if (refusal) throw refusal;
      },
    },
    async ({ request }) => {
      const most = scriptFileLimits.bytes + scriptFileLimits.files * bytesBesideFile;
      const body = await readBytes(request, most);
      if (!body) throw new Problem('problems.upload-bytes', { mebibytes: scriptFileLimits.bytes / 2 ** 20 });
      const { entry, files, leftOut, archive } = await readUpload(
        body,
        request.headers.get('content-type') ?? '',
      );
      return { entry, leftOut, archive, files: await keepFiles(await getStore(), files, Date.now()) };
    },
  ),
  route(
    'GET /api/script-files/{sha256}',
    {
      summary: 'What a kept file of a script holds, by its hash; a runner’s, since nothing in it is masked.',
      access: 'runner',
      answers: {
        200: { mediaType: 'application/octet-stream', description: 'The file’s bytes.' },
        404: { mediaType: 'application/problem+json', description: 'There is no such file.' },
      },
    },
    async ({ params }) => {
      const content = found('file', await readContent(await getStore(), params.sha256));
      return download(content, 'application/octet-stream', `${params.sha256.slice(0, 12)}.bin`);
    },
  ),
  route(
    'GET /api/runs/{id}/files',
    {
      summary:
        'All files of a run’s script as a tar, as they were run; a runner’s, since nothing in them is masked.',
      access: 'runner',
      answers: {
        200: { mediaType: 'application/x-tar', description: 'The folder that k6 read.' },
        404: {
          mediaType: 'application/problem+json',
          description: 'There is no such run, or its script is one file.',
        },
      },
    },
    async ({ params }) => {
      const store = await getStore();
      const run = found('run', await findRun(store, params.id));
      const entry = found('file', run.entry);
      const tar = pack();
      const mtime = new Date(run.createdAtMs);
      for (const { path, content } of [
        { path: entry, content: run.scriptText },
        ...(await loadFiles(store, run.files)),
      ])
        tar.entry({ name: path, mtime }, Buffer.from(content));
      tar.finalize();
      const parts: Uint8Array[] = [];
      for await (const part of tar as AsyncIterable<Uint8Array>) parts.push(part);
      return download(Buffer.concat(parts), 'application/x-tar', `script-${run.id.slice(0, 8)}.tar`);
    },
  ),
] as const;
