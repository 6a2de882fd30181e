import NextLink from 'next/link';
import { type ComponentProps } from 'react';

/**
 * A link that asks for its page when it is followed, not when it is seen: a table of runs would ask the server for all
 * of them at once, which has a load test to record.
 */
export function Link(props: ComponentProps<typeof NextLink>) {
  return <NextLink prefetch={false} {...props} />;
}
