import { logAnswer } from '../../../_lib/run-answers';
import { route } from '../../../_lib/route';

/** k6's log, in pages of 5,000 lines. */
export const GET = route<{ id: string }>((request, { id }, { caller }) => logAnswer(request, id, caller));
