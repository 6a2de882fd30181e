import { sharedPicture } from '@/lib/sharing/share-picture';
import { getStore } from '@/lib/store/client';
import { shareRoute } from '@/app/api/_lib/share-route';

/** The picture for chat previews, 1200 × 630. While a password is asked for, it tells nothing. */
export const GET = shareRoute(
  async (_request, _params, { share, isOpen }) => {
    const png = await sharedPicture(await getStore(), isOpen ? share : null);
    return new Response(new Uint8Array(png), { headers: { 'content-type': 'image/png' } });
  },
  { locked: true },
);
