import { z } from 'zod';
import { actorOf, type Caller } from '@/lib/identity/caller';
import { addressOf } from '@/lib/identity/connection';
import { addAuditEntry } from '@/lib/store/audit';
import { getStore } from '@/lib/store/client';
import { log } from '@/lib/telemetry/log.mjs';

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
  answer: unknown;
  note: AuditNote;
}): Promise<void> {
  const { action, request, params, caller, answer, note } = entry;
  try {
    const thing = answeredThing(answer);
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
    log.error(error, `audit of ${action}`);
  }
}

const thingSchema = z.object({ id: z.string().optional(), name: z.string().optional() });

/** `id` and `name` of what an answer such as `{ run: { id, name, … } }` holds. */
function answeredThing(answer: unknown): z.infer<typeof thingSchema> {
  const [first] = typeof answer === 'object' && answer !== null ? Object.values<unknown>({ ...answer }) : [];
  const thing = thingSchema.safeParse(first);
  return thing.success ? thing.data : {};
}
