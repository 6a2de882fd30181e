import { type Words } from '@/lib/words/words';

const commands = {
  'hey-csv': 'hey -o csv … > run.csv',
  'k6-json': 'k6 run --out json=run.json …',
  'k6-csv': 'k6 run --out csv=run.csv …',
  'fortio-json': 'fortio load -json run.json …',
} as const;

/** Which files can be imported, and the command that writes each. */
export function Formats({ t }: { t: Words }) {
  return (
    <section className="panel self-start p-5">
      <h2 className="text-sm font-semibold">{t('exports.import.formatsTitle')}</h2>
      <ul className="mt-3 divide-y">
        {(Object.keys(commands) as (keyof typeof commands)[]).map((format) => (
          <li key={format} className="py-3 first:pt-0">
            <p className="text-sm font-medium">{t(`exports.import.formats.${format}`)}</p>
            <p className="text-xs text-muted-foreground">{t(`exports.import.gives.${format}`)}</p>
            <code
              className="mt-1.5 block overflow-x-auto rounded-md bg-muted px-2.5 py-1.5 font-mono text-xs"
              tabIndex={0}
            >
              {commands[format]}
            </code>
          </li>
        ))}
      </ul>
      <p className="mt-2 text-xs text-muted-foreground">{t('exports.import.packed')}</p>
    </section>
  );
}
