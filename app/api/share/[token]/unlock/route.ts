import { isSecure } from '@/lib/identity/connection';
import { unlockShare } from '@/lib/sharing/share';
import { Problem } from '@/app/api/_lib/problem';
import { readBody } from '@/app/api/_lib/route';
import { shareRoute } from '@/app/api/_lib/share-route';
import { unlockSchema } from './shapes';

/** Takes a link's password; the answer's cookies open it in this browser for twelve hours. */
export const POST = shareRoute(
  async (request, _params, { share }) => {
    const { password } = await readBody(request, unlockSchema);
    const result = await unlockShare(share, password, isSecure(request.headers), Date.now());
    if (result.kind === 'too-many') {
      const message = `Too many wrong passwords. Try again in ${Math.ceil(result.retryAfterSeconds / 60)} min.`;
      throw new Problem(429, 'Too many attempts', message, [{ path: 'password', message }], {
        'retry-after': `${result.retryAfterSeconds}`,
      });
    }
    if (result.kind === 'wrong') {
      const message = 'This is not the password of the link. Ask who sent it.';
      throw new Problem(403, 'Wrong password', message, [{ path: 'password', message }]);
    }
    const answer = new Response(null, { status: 204 });
    for (const cookie of result.cookies) answer.headers.append('set-cookie', cookie);
    return answer;
  },
  { locked: true },
);
