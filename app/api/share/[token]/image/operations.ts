import { type Operations } from '@/app/api/_lib/operation';

export const operations: Operations = {
  GET: {
    summary: 'The picture of a share link for chat previews.',
    answers: { 200: { mediaType: 'image/png', description: '1200 × 630 pixels.' } },
  },
};
