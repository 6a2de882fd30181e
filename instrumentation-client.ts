/** Next runs this in the browser before any page: zod is kept from trying `eval`, which a page's policy refuses and reports. */
import { config } from 'zod/v4/core';

config({ jitless: true });
