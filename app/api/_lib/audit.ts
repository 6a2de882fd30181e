import { z } from 'zod';
import { actorOf, type Caller } from '@/lib/identity/caller';
import { addressOf } from '@/lib/identity/connection';
import { addAuditEntry } from '@/lib/store/audit';
import { getStore } from '@/lib/store/client';

/** What a handler can add to the audit entry of its request. */
export interface AuditNote {
  actor?: string;
  target?: string;
  detail?: Record<string, unknown>;
  /** Nothing was changed after all. */
  skip?: boolean;
}

/**
 * Records a request that changed something. Where the note does not say, the target is the id in the path, else that
 * of the thing that was answered.
 */
export async function recordAudit(entry: {
  action: string;
  request: Request;
  params: Record<string, string>;
  caller: Caller;
  response: Response;
  note: AuditNote;
}): Promise<void> {
  const { action, request, params, caller, response, note } = entry;
  try {
    const thing = await answeredThing(response);
    await addAuditEntry(await getStore(), {
      atMs: Date.now(),
      actor: note.actor ?? actorOf(caller),
      action,
      target: note.target ?? Object.values(params)[0] ?? thing.id ?? thing.name ?? '',
      detail: {
        ...(thing.name === undefined ? {} : { name: thing.name }),
        ...note.detail,
        address: addressOf(request.headers),
      },
    });
  } catch (error) {
    console.error(`audit of ${action}`, error);
  }
}

/** The action of a route that names none: its method and path, with parameters by name. */
export function actionOf(request: Request, params: Record<string, string>): string {
  const names = new Map(Object.entries(params).map(([name, value]) => [value, name]));
  const path = new URL(request.url).pathname
    .replace(/^\/api\//, '')
    .split('/')
    .map((part) => (names.has(decodeURIComponent(part)) ? `{${names.get(decodeURIComponent(part))}}` : part));
  return `${request.method.toLowerCase()} ${path.join('/')}`;
}

const thingSchema = z.object({ id: z.string().optional(), name: z.string().optional() });

/** `id` and `name` of what a JSON answer such as `{ run: { id, name, … } }` holds. */
async function answeredThing(response: Response): Promise<z.infer<typeof thingSchema>> {
  if (!/^application\/json\b/.test(response.headers.get('content-type') ?? '')) return {};
  const body: unknown = await response.clone().json();
  const [first] = typeof body === 'object' && body !== null ? Object.values(body) : [];
  const thing = thingSchema.safeParse(first);
  return thing.success ? thing.data : {};
}
