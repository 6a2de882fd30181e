/** Plain text whose http and https addresses can be followed. */
export function LinkedText({ text }: { text: string }) {
  // A full stop or bracket after an address ends the sentence, not the address.
  return text.split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]}'、。，；：！？）」』])/).map((part, index) =>
    index % 2 === 1 ? (
      <a
        key={index}
        href={part}
        rel="noreferrer noopener"
        target="_blank"
        className="text-info underline underline-offset-2"
      >
        {part}
      </a>
    ) : (
      part
    ),
  );
}
