import { getRunManager } from '@/lib/runs/manager';
import { Problem } from '@/app/api/_lib/problem';
import { route } from '@/app/api/_lib/route';

const maxBytes = 8_000_000;

/** Prometheus remote write from one run's k6; opened by that run's secret only. */
export const POST = route<{ id: string }>(
  async (request, { id }) => {
    const secret = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1];
    if (!secret) throw new Problem(401, 'Secret needed', "Send the run's secret as a bearer token.");
    const body = new Uint8Array(await request.arrayBuffer());
    if (body.byteLength > maxBytes)
      throw new Problem(413, 'Too large', `A push may have at most ${maxBytes} bytes.`);
    await (await getRunManager()).ingest(id, secret, body);
    return new Response(null, { status: 204 });
  },
  { access: 'public' },
);
