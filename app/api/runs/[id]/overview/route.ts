import { overviewAnswer } from '../../../_lib/run-answers';
import { route } from '../../../_lib/route';

/** The run as its page draws it: seconds merged into columns, no scale event lost. */
export const GET = route<{ id: string }>((request, { id }, { caller }) =>
  overviewAnswer(request, id, caller),
);
