/** How often (ms) a dashboard says that it lives. */
export const renewEveryMs = 3000;
/** Who has not said so for this long (ms) is taken for dead. */
export const leaseMs = 15_000;
