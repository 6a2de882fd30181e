import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { commentPlace, writeComment } from './comment';

interface Comment {
  id: number;
  body: string;
}
const token = 'a-token-that-nobody-sees';
let comments: Comment[];
let refusals: number[];
let asked: { method: string; path: string; auth: string | undefined }[];
let address: string;

/** What GitHub and GitLab have in common here: a list by pages, a new comment, a changed one. */
const server = createServer((request, response) => {
  const url = new URL(request.url!, 'http://host');
  const { authorization, 'private-token': own } = request.headers;
  asked.push({ method: request.method!, path: url.pathname, auth: authorization ?? own?.toString() });
  void bodyOf(request).then((text) => {
    const refusal = refusals.shift();
    if (refusal !== undefined) {
      response.statusCode = refusal;
      response.end('{"message":"not now"}');
      return;
    }
    const { body } = (text === '' ? {} : JSON.parse(text)) as { body: string };
    if (request.method === 'GET') {
      const page = Number(url.searchParams.get('page'));
      response.end(JSON.stringify(comments.slice((page - 1) * 100, page * 100)));
      return;
    }
    if (request.method === 'POST') comments.push({ id: comments.length + 1, body });
    else comments.find(({ id }) => url.pathname.endsWith(`/${id}`))!.body = body;
    response.end('{}');
  });
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

beforeEach(async () => {
  comments = Array.from({ length: 120 }, (_, i) => ({ id: i + 1, body: 'someone else’s' }));
  refusals = [];
  asked = [];
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const name of ['GITHUB_API_URL', 'GITHUB_REF', 'GITHUB_REPOSITORY', 'GITHUB_TOKEN', 'CI_API_V4_URL'])
    vi.stubEnv(name, undefined);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await new Promise((resolve) => server.close(resolve));
});

function github(): void {
  vi.stubEnv('GITHUB_API_URL', address);
  vi.stubEnv('GITHUB_REPOSITORY', 'acme/shop');
  vi.stubEnv('GITHUB_REF', 'refs/pull/7/merge');
  vi.stubEnv('GITHUB_TOKEN', token);
}

it('writes one comment on GitHub, and the next run of the same service and script in its place', async () => {
  github();
  await writeComment(commentPlace(), 'shop/cart tutorial', 'first');
  await writeComment(commentPlace(), 'shop/cart tutorial', 'second');
  await writeComment(commentPlace(), 'shop/cart ramp', 'another');
  expect(comments.slice(120).map(({ body }) => body)).toEqual([
    '<!-- scaletrace shop/cart tutorial -->\nsecond',
    '<!-- scaletrace shop/cart ramp -->\nanother',
  ]);
  expect(asked[2]).toEqual({
    method: 'POST',
    path: '/repos/acme/shop/issues/7/comments',
    auth: `Bearer ${token}`,
  });
  expect(asked[5]).toMatchObject({ method: 'PATCH', path: '/repos/acme/shop/issues/comments/121' });
});

it('writes into a merge request of GitLab', async () => {
  vi.stubEnv('CI_API_V4_URL', `${address}/api/v4`);
  vi.stubEnv('CI_PROJECT_ID', '12');
  vi.stubEnv('CI_MERGE_REQUEST_IID', '3');
  vi.stubEnv('GITLAB_TOKEN', token);
  await writeComment(commentPlace(), 'a', 'one');
  await writeComment(commentPlace(), 'a', 'two');
  expect(comments.at(-1)!.body).toContain('two');
  expect(asked.at(-1)).toEqual({
    method: 'PUT',
    path: '/api/v4/projects/12/merge_requests/3/notes/121',
    auth: token,
  });
});

it('tries again what fails for the moment, and says what is refused for good, never with the token', async () => {
  github();
  refusals = [502, 429];
  await writeComment(commentPlace(), 'a', 'x'.repeat(100_000), [1, 1]);
  expect(comments.at(-1)!.body.length).toBeLessThan(65_536);
  refusals = [403];
  const refused = await writeComment(commentPlace(), 'a', 'one', [1, 1]).catch((error: unknown) => error);
  expect(String(refused)).toMatch(/answered 403: .*not now/);
  refusals = [500, 500, 500];
  const failed = await writeComment(commentPlace(), 'a', 'one', [1, 1]).catch((error: unknown) => error);
  expect(String(failed)).toContain('answered 500');
  expect(`${String(refused)}${String(failed)}`).not.toContain(token);
});

it('says what is missing where there is no request to write into', () => {
  expect(() => commentPlace()).toThrow('GitHub Actions');
  github();
  vi.stubEnv('GITHUB_REF', 'refs/heads/main');
  expect(() => commentPlace()).toThrow('pull request');
  vi.stubEnv('GITHUB_REF', 'refs/pull/7/merge');
  vi.stubEnv('GITHUB_TOKEN', '');
  expect(() => commentPlace()).toThrow('pull-requests: write');
});
