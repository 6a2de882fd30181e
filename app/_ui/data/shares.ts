import { z } from 'zod';
import { shareLinkSchema, type NewShare, type ShareLink } from '@/lib/model/share-link';
import { getJson, sendJson } from './http';

const shareAnswer = z.object({ share: shareLinkSchema });

/** The links that show a run, or those of a comparison of exactly these runs. Throws ApiProblem. */
export async function getShares(runs: readonly string[], signal?: AbortSignal): Promise<ShareLink[]> {
  return (
    await getJson(
      `/api/shares?runs=${runs.map(encodeURIComponent).join(',')}`,
      z.object({ shares: z.array(shareLinkSchema) }),
      signal,
    )
  ).shares;
}

export async function createShare(share: NewShare): Promise<ShareLink> {
  return (await sendJson('POST', '/api/shares', share, shareAnswer)).share;
}

export async function revokeShare(id: string): Promise<ShareLink> {
  return (await sendJson('DELETE', `/api/shares/${id}`, undefined, shareAnswer)).share;
}

/** Gives the password of a link; its pages open in this browser from now on. */
export async function unlockShare(token: string, password: string): Promise<void> {
  await sendJson('POST', `/api/share/${token}/unlock`, { password }, z.null());
}
