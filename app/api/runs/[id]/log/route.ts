import { logAnswer } from '@/app/api/_lib/run-answers';
import { route } from '@/app/api/_lib/route';

/** k6's log, in pages of 5,000 lines. */
export const GET = route<{ id: string }>((request, { id }, { caller }) => logAnswer(request, id, caller));
