import { type Words } from '@/lib/words/words';
import { FileJson } from 'lucide-react';
import { type Metadata } from 'next';
import { PageHeader } from '@/app/_ui/page-header';
import { Badge, type Tone } from '@/app/_ui/primitives/badge';
import { Button } from '@/app/_ui/primitives/button';
import { getWords } from '@/app/_ui/words/server';
import { apiDocument, type OpenApiOperation } from '@/lib/api/mount';
import { SettingsNav } from '@/app/_features/settings/settings-nav';

export const dynamic = 'force-dynamic';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getWords()).t('signin.api.title') };
}

const tones: Record<string, Tone> = {
  get: 'info',
  post: 'success',
  put: 'warning',
  patch: 'warning',
  delete: 'danger',
};

/** The OpenAPI document for people: each route with what it takes and answers. */
export default async function ApiDocsPage() {
  const { t } = await getWords();
  const { paths } = apiDocument();
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const groups = [...new Set(operations.map(({ operation }) => operation.tags[0] ?? ''))].map((tag) => ({
    tag,
    members: operations.filter(({ operation }) => operation.tags[0] === tag),
  }));
  return (
    <>
      <PageHeader title={t('settings.title')} />
      <SettingsNav />
      <div className="max-w-5xl space-y-5">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p className="max-w-2xl text-sm text-muted-foreground">{t('signin.api.text')}</p>
          <Button asChild>
            <a href="/api/openapi.json">
              <FileJson />
              {t('signin.api.document')}
            </a>
          </Button>
        </div>
        {groups.map(({ tag, members }) => (
          <section key={tag} className="panel min-w-0" aria-label={tag}>
            <h2 className="px-4 py-3 text-base font-semibold tracking-tight sm:px-5">{tag}</h2>
            <div className="divide-y border-t">
              {members.map(({ path, method, operation }) => (
                <details key={operation.operationId} className="group px-4 py-2.5 sm:px-5">
                  <summary className="flex flex-wrap items-baseline gap-x-3 gap-y-1 text-sm">
                    <Badge
                      tone={tones[method] ?? 'neutral'}
                      className="w-16 justify-center font-mono uppercase"
                    >
                      {method}
                    </Badge>
                    <code className="font-mono text-[13px] break-all">{path}</code>
                    <span className="text-muted-foreground">{operation.summary}</span>
                  </summary>
                  <OperationDetails operation={operation} t={t} />
                </details>
              ))}
            </div>
          </section>
        ))}
      </div>
    </>
  );
}

function OperationDetails({ operation, t }: { operation: OpenApiOperation; t: Words }) {
  const query = operation.parameters.filter((parameter) => parameter.in === 'query');
  const body = operation.requestBody?.content['application/json']?.schema;
  return (
    <div className="space-y-3 pt-3 pb-2 text-sm">
      {query.length > 0 && (
        <Shape
          title={t('signin.api.query')}
          value={Object.fromEntries(query.map(({ name, schema }) => [name, schema]))}
        />
      )}
      {body && <Shape title={t('signin.api.body')} value={body} />}
      {Object.entries(operation.responses).map(([status, { description, content }]) => {
        const [type, media] = Object.entries(content ?? {})[0] ?? [];
        return (
          <Shape
            key={status}
            title={`${t('signin.api.answers')} ${status}: ${description}${type ? ` (${type})` : ''}`}
            value={media?.schema}
          />
        );
      })}
    </div>
  );
}

function Shape({ title, value }: { title: string; value: unknown }) {
  return (
    <div className="min-w-0">
      <p className="text-xs text-muted-foreground">{title}</p>
      {value !== undefined && (
        <pre
          tabIndex={0}
          aria-label={title}
          role="region"
          className="mt-1 max-h-72 overflow-auto rounded-lg border bg-muted/60 px-3 py-2 font-mono text-xs"
        >
          {JSON.stringify(value, null, 2)}
        </pre>
      )}
    </div>
  );
}
