import { type Operations } from '../../_lib/operation';

export const operations: Operations = {
  DELETE: { summary: 'Forget a service; its runs stay', answers: { 204: { mediaType: '', description: 'The service may no longer be loaded.' } } },
};
