import { eventsAnswer } from '@/app/api/_lib/run-answers';
import { route } from '@/app/api/_lib/route';

/** Server-Sent Events of a run that goes on. */
export const GET = route<{ id: string }>((request, { id }, { caller }) => eventsAnswer(request, id, caller));
