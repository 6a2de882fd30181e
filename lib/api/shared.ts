import { z } from 'zod';
import { compareRuns } from '@/lib/comparing/compare';
import { comparisonSchema } from '@/lib/comparing/comparison';
import { isSecure } from '@/lib/identity/connection';
import { shareKindSchema } from '@/lib/model/share-link';
import { type View } from '@/lib/runs/events';
import { noteOpening } from '@/lib/sharing/openings';
import { publicIdOf, unlockShare } from '@/lib/sharing/share';
import { sharedPicture } from '@/lib/sharing/share-picture';
import { shownOf } from '@/lib/sharing/shared-run';
import { getStore } from '@/lib/store/client';
import { findRun } from '@/lib/store/runs';
import { Problem, notFound } from '@/lib/model/problem';
import { found } from './problem';
import { nothing, route, type StoredLink } from './route';
import { runParts } from './run';
import { shownByLink } from './shown-run';
import { code } from '@/lib/model/message';

/** Which run the others are held against, by its place. `runs` is what the page says anyway; the link decides. */
const compareQuerySchema = z.object({
  runs: z.string().max(200).optional(),
  base: z.string().max(3).optional(),
});
const unlockSchema = z.strictObject({
  password: z
    .string()
    .min(1, code('validation.link-password-missing'))
    .max(200, code('validation.at-most-characters')),
});

interface SharedRun {
  id: string;
  view: View;
}

/** The one run of a link, and how its readers see it. Throws 404 where the link shows none. */
async function sharedRun({ share }: StoredLink): Promise<SharedRun> {
  const id = share.kind === 'run' ? share.runs[0] : undefined;
  const run = found('run', id === undefined ? null : await findRun(await getStore(), id));
  return { id: run.id, view: shownByLink(share) };
}

/** A run's part as a link shows it: its contract, and how it is told. */
function linked<C extends { summary: string }>(contract: C): C & { access: 'link' } {
  return { ...contract, summary: `${contract.summary} (As a share link shows it, masked.)`, access: 'link' };
}

/** What a share link opens, by its token alone: 404 for one that never was, 410 at once when it has ended. */
export const shared = [
  route(
    'GET /api/share/{token}',
    {
      summary: 'Whether a share link is open to this reader. 410 once it has ended.',
      access: 'link',
      answers: { 200: z.object({ kind: shareKindSchema, expiresAtMs: z.number().nullable() }) },
    },
    ({ link: { share } }) => ({ kind: share.kind, expiresAtMs: share.expiresAtMs }),
  ),
  route(
    'POST /api/share/{token}/unlock',
    {
      summary: 'Gives the password of a share link; cookies open it in this browser for twelve hours.',
      access: 'locked link',
      audit: false,
      body: unlockSchema,
      answers: { 204: nothing('Cookies that open the link in this browser.') },
    },
    async ({ request, link, body: { password }, reply }) => {
      const result = await unlockShare(
        await getStore(),
        link.share,
        password,
        isSecure(request.headers),
        Date.now(),
      );
      if (result.kind === 'too-many') {
        throw new Problem(
          'problems.link-passwords-failed',
          { minutes: Math.ceil(result.retryAfterSeconds / 60) },
          {
            errors: [{ path: 'password' }],
            headers: { 'retry-after': `${result.retryAfterSeconds}` },
          },
        );
      }
      if (result.kind === 'wrong')
        throw new Problem('problems.wrong-link-password', {}, { errors: [{ path: 'password' }] });
      for (const cookie of result.cookies) reply.headers.append('set-cookie', cookie);
    },
  ),
  route(
    'GET /api/share/{token}/image',
    {
      summary: 'The picture of a share link for chat previews.',
      access: 'locked link',
      answers: { 200: { mediaType: 'image/png', description: '1200 × 630 pixels.' } },
    },
    async ({ link }) => {
      const png = await sharedPicture(await getStore(), link.isOpen ? link.share : null);
      return new Response(new Uint8Array(png), { headers: { 'content-type': 'image/png' } });
    },
  ),
  route(
    'GET /api/share/{token}/compare',
    {
      summary: 'The comparison of a share link, masked.',
      access: 'link',
      query: compareQuerySchema,
      answers: { 200: comparisonSchema },
    },
    async ({ link: { share }, query: { base } }) => {
      if (share.kind !== 'comparison') throw notFound('comparison');
      const places = new Map(share.runs.map((id, position) => [id, publicIdOf(position)]));
      const comparison = await compareRuns(
        await getStore(),
        { runs: share.runs, ...(base === undefined ? {} : { base }) },
        { show: (run) => shownOf(run, { publicId: places.get(run.id) ?? '', notes: false }).run(run) },
      );
      if (!comparison || comparison.missing.length > 0) throw notFound('run');
      noteOpening(share.id, Date.now());
      return comparison;
    },
  ),
  route(
    'GET /api/share/{token}/overview',
    linked(runParts.overview.contract),
    async ({ request, query, link }) => {
      const { id, view } = await sharedRun(link);
      // Counted when the page asks for its data: what makes chats' previews reads the page alone, and is no reader.
      if (!new URL(request.url).searchParams.has('fromMs')) noteOpening(link.share.id, Date.now());
      return runParts.overview.read(id, query, view);
    },
  ),
  route(
    'GET /api/share/{token}/events',
    linked(runParts.events.contract),
    async ({ request: { headers }, query, link, signal }) => {
      const { id, view } = await sharedRun(link);
      return runParts.events.read(id, { headers, ...query }, view, signal);
    },
  ),
  route('GET /api/share/{token}/log', linked(runParts.log.contract), async ({ query, link }) => {
    const { id, view } = await sharedRun(link);
    return runParts.log.read(id, query, view);
  }),
  route('GET /api/share/{token}/range', linked(runParts.range.contract), async ({ query, link }) => {
    const { id, view } = await sharedRun(link);
    return runParts.range.read(id, query, view);
  }),
  route('GET /api/share/{token}/metrics', linked(runParts.metrics.contract), async ({ link }) => {
    const { id, view } = await sharedRun(link);
    return runParts.metrics.read(id, view);
  }),
  route('GET /api/share/{token}/decisions', linked(runParts.decisions.contract), async ({ link }) => {
    const { id, view } = await sharedRun(link);
    return runParts.decisions.read(id, view);
  }),
  route(
    'GET /api/share/{token}/{part}',
    {
      summary:
        'What a link does not show. As for all of a link, 401 comes first while its password is not given.',
      access: 'link',
      answers: {
        404: { mediaType: 'application/problem+json', description: 'There is no such part of a link.' },
      },
    },
    () => {
      throw notFound('part');
    },
  ),
] as const;
