import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { type ApiClient } from '@/lib/api/client';
import { variable } from '@/lib/environment/environment';
import { UserError } from '@/lib/environment/user-error';
import { type ExportFormat } from '@/lib/exporting/formats';
import { boundedFetch } from '@/lib/outgoing/bounded-fetch';
import { exitCodes } from './exit-codes';

const bounds = { ms: 15_000, bytes: 8 * 2 ** 20 };
/** Pauses before what failed for the moment is tried again. */
const againAfterMs = [1000, 4000];
/** What GitHub takes at most, less than what GitLab does. */
const longest = 60_000;

/** Where a pull or merge request's comments are, by the variables that GitHub Actions and GitLab CI set. */
export interface CommentPlace {
  /** Lists comments, and takes a new one. */
  list: string;
  /** The address that changes the comment with this id. */
  one: (id: number) => string;
  change: 'PATCH' | 'PUT';
  headers: Record<string, string>;
}

/** Throws a UserError that says what is missing where this is no pull or merge request, or no token is there. */
export function commentPlace(): CommentPlace {
  const github = variable('GITHUB_API_URL');
  if (github !== undefined) {
    const number = /^refs\/pull\/(\d+)\//.exec(variable('GITHUB_REF') ?? '')?.[1];
    const repository = variable('GITHUB_REPOSITORY');
    if (number === undefined || repository === undefined)
      throw missing('this workflow does not run on a pull request (GITHUB_REF is no refs/pull/N/merge).');
    const token = variable('GITHUB_TOKEN');
    if (token === undefined)
      throw missing('GITHUB_TOKEN is not set: give the step the token, and the job pull-requests: write.');
    const issues = `${github}/repos/${repository}/issues`;
    return {
      list: `${issues}/${number}/comments`,
      one: (id) => `${issues}/comments/${id}`,
      change: 'PATCH',
      headers: { authorization: `Bearer ${token}`, accept: 'application/vnd.github+json' },
    };
  }
  const gitlab = variable('CI_API_V4_URL');
  if (gitlab !== undefined) {
    const [project, number] = [variable('CI_PROJECT_ID'), variable('CI_MERGE_REQUEST_IID')];
    if (project === undefined || number === undefined)
      throw missing('this pipeline does not run for a merge request (CI_MERGE_REQUEST_IID is not set).');
    const token = variable('GITLAB_TOKEN');
    if (token === undefined)
      throw missing('GITLAB_TOKEN is not set: make a project access token with the scope api.');
    const notes = `${gitlab}/projects/${encodeURIComponent(project)}/merge_requests/${encodeURIComponent(number)}/notes`;
    return {
      list: notes,
      one: (id) => `${notes}/${id}`,
      change: 'PUT',
      headers: { 'private-token': token },
    };
  }
  throw missing('it is known on GitHub Actions (GITHUB_API_URL) and GitLab CI (CI_API_V4_URL) only.');
}

function missing(why: string): UserError {
  return new UserError(`--comment has nowhere to write: ${why}`, exitCodes.usage);
}

const commentsSchema = z.array(z.looseObject({ id: z.number(), body: z.string().nullish() }));

/** An answer, or none, that may be another one a moment later. */
class Passing extends Error {}

/**
 * Writes Markdown as a comment, in place of the one that was written before for the same `key`. What fails for the moment
 * is tried again. Throws an Error that says what was answered; the token is in none.
 */
export async function writeComment(
  place: CommentPlace,
  key: string,
  markdown: string,
  pausesMs: readonly number[] = againAfterMs,
): Promise<void> {
  const mark = `<!-- scaletrace ${key.replaceAll('--', '–')} -->`;
  const whole = `${mark}\n${markdown}`;
  const body = JSON.stringify({ body: whole.length > longest ? `${whole.slice(0, longest)}\n\n…` : whole });
  for (const pauseMs of [...pausesMs, null]) {
    try {
      // Looked for each time: what was not answered may have been written.
      const earlier = await earlierComment(place, mark);
      if (earlier === null) await ask(place.list, { method: 'POST', body }, place);
      else await ask(place.one(earlier), { method: place.change, body }, place);
      return;
    } catch (error) {
      if (pauseMs === null || !(error instanceof Passing)) throw error;
      await setTimeout(pauseMs);
    }
  }
}

/** The comment that bears the mark, among the first thousand. */
async function earlierComment(place: CommentPlace, mark: string): Promise<number | null> {
  const pageSize = 100;
  for (let page = 1; page <= 10; page++) {
    const answer = await ask(`${place.list}?per_page=${pageSize}&page=${page}`, {}, place);
    const comments = commentsSchema.parse(JSON.parse(answer));
    const found = comments.find(({ body }) => body?.startsWith(mark));
    if (found) return found.id;
    if (comments.length < pageSize) break;
  }
  return null;
}

async function ask(
  url: string,
  asked: { method?: string; body?: string },
  { headers }: CommentPlace,
): Promise<string> {
  const answer = await boundedFetch(url, bounds, {
    ...asked,
    headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'scaletrace' },
  }).catch((error: unknown) => {
    throw new Passing(error instanceof Error ? error.message : String(error));
  });
  const text = answer.body.toString('utf8');
  if (answer.status < 300) return text;
  const said = `${new URL(url).host} answered ${answer.status}: ${text.slice(0, 300)}`;
  throw answer.status === 429 || answer.status >= 500 ? new Passing(said) : new Error(said);
}

/** Writes a run's report as a comment. One that cannot be written is told, and changes nothing of the verdict. */
export async function commentRun(
  client: ApiClient,
  place: CommentPlace,
  { id, url, key }: { id: string; url: string; key: string },
): Promise<void> {
  try {
    const format: ExportFormat = 'markdown';
    const markdown = await client.file('GET /api/runs/{id}/export/{format}', { params: { id, format } });
    await writeComment(place, key, `${Buffer.from(markdown).toString('utf8')}\n${url}\n`);
    console.error('· the comment is written');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    console.error(`✗ The comment could not be written: ${why}`);
  }
}
