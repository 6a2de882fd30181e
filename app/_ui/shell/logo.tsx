/** Steps of pods over a line of what was due: the product in 20 pixels. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg aria-hidden viewBox="0 0 20 20" className={className}>
      <rect width="20" height="20" rx="5" className="fill-foreground" />
      <path
        d="M4 14.5h3.2v-3.6h3.4V7.2H16"
        fill="none"
        className="stroke-background"
        strokeWidth="1.9"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <path
        d="M4 10.9h2.2V6.4h3"
        fill="none"
        className="stroke-background"
        strokeWidth="1.4"
        strokeLinecap="round"
        strokeLinejoin="round"
        strokeDasharray="0.2 2.4"
        opacity="0.75"
      />
    </svg>
  );
}
