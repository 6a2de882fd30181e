import { roleOfScope } from '@/lib/model/role';
import { newSecret } from '@/lib/access/secret';
import { may } from '@/lib/identity/caller';
import { newTokenSchema } from '@/lib/identity/schemas';
import { getStore } from '@/lib/store/client';
import { addToken, listTokens } from '@/lib/store/tokens';
import { Problem } from '@/app/api/_lib/problem';
import { json, readBody, route } from '@/app/api/_lib/route';

const dayMs = 86_400_000;

/** The API tokens: one's own, or for an admin everybody's; never the tokens themselves. */
export const GET = route(async (_request, _params, { caller }) =>
  json({
    tokens: await listTokens(
      await getStore(),
      may(caller, 'admin') ? null : caller.kind === 'user' ? caller.userId : '',
    ),
  }),
);

/** Makes an API token with at most one's own rights. The answer is the only place that ever shows it. */
export const POST = route(
  async (request, _params, { caller, note }) => {
    if (caller.kind === 'token')
      throw new Problem(
        403,
        'Not allowed',
        'A token cannot make tokens: sign in, and make it in the settings.',
      );
    const { name, scope, expiresInDays } = await readBody(request, newTokenSchema);
    if (!may(caller, roleOfScope[scope]))
      throw new Problem(
        403,
        'Not allowed',
        `A token that may ${scope} takes the role ${roleOfScope[scope]}.`,
        [{ path: 'scope', message: 'more than your own role' }],
      );
    const { secret, hash } = newSecret('scaletrace_');
    const nowMs = Date.now();
    const token = await addToken(
      await getStore(),
      {
        name,
        scope,
        tokenHash: hash,
        userId: caller.kind === 'user' ? caller.userId : null,
        expiresAtMs: expiresInDays === null ? null : nowMs + expiresInDays * dayMs,
      },
      nowMs,
    );
    note({ detail: { scope, expiresInDays } });
    return json({ token, secret }, 201);
  },
  { access: 'viewer', audit: 'token.create' },
);
