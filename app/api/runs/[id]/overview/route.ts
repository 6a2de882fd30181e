import { overviewAnswer } from '@/app/api/_lib/run-answers';
import { route } from '@/app/api/_lib/route';

/** The run as its page draws it: seconds merged into columns, no scale event lost. */
export const GET = route<{ id: string }>((request, { id }, { caller }) =>
  overviewAnswer(request, id, caller),
);
