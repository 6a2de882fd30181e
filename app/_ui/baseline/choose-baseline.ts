import { api } from '@/app/_ui/data/api';

/** Makes a run the baseline of its script and service, or takes that back. Throws ApiProblem. */
export async function chooseBaseline(id: string, chosen: boolean): Promise<void> {
  if (chosen) await api('PUT /api/runs/{id}/baseline', { params: { id } });
  else await api('DELETE /api/runs/{id}/baseline', { params: { id } });
}
