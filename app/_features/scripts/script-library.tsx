'use client';

import { Pencil, Play, Trash2 } from 'lucide-react';
import { Link } from '@/app/_ui/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useAccess } from '@/app/_ui/access/provider';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { useToast } from '@/app/_ui/toasts';
import { Badge } from '@/app/_ui/primitives/badge';
import { Button } from '@/app/_ui/primitives/button';
import { Dialog, DialogContent } from '@/app/_ui/primitives/dialog';
import { LazyCodeEditor } from '@/app/_ui/lazy-code-editor';
import { api } from '@/app/_ui/data/api';
import { type Script } from '@/lib/model/script';
import { scriptFilesAsked } from '@/lib/model/script-files';
import { useAttempt } from '@/app/_ui/data/use-attempt';
import { useWords } from '@/app/_ui/words/provider';
import { cn } from '@/app/_ui/cn';
import { useNewMark } from '@/app/_ui/new-mark';
import { type UploadedScript } from '@/app/_ui/chosen-files';
import { ArchiveNote } from '@/app/_ui/archive-note';
import { ScriptFileList } from '@/app/_ui/script-file-list';
import { useScriptUpload } from '@/app/_ui/script-upload';
import { ScriptNameForm } from '@/app/_ui/script-name-form';

/** The scripts that a run can take: those that ship, and those that were saved, which can be renamed and deleted. */
export function ScriptLibrary({ scripts }: { scripts: readonly Script[] }) {
  const t = useWords();
  const router = useRouter();
  const { mayRun } = useAccess();
  const [upload, setUpload] = useState<UploadedScript | null>(null);
  const [made, setMade] = useState<string | null>(null);
  const { buttons, drop, refusal } = useScriptUpload(setUpload);
  return (
    <div {...(mayRun ? drop : {})} className={cn('space-y-4', drop.className)}>
      {mayRun && (
        <>
          <div className="flex flex-wrap gap-2">{buttons}</div>
          {refusal}
        </>
      )}
      <ul className="grid grid-cols-1 items-start gap-3 xl:grid-cols-2">
        {scripts.map((script) => (
          <ScriptRow
            key={script.name}
            script={script}
            mayRun={mayRun}
            isNew={script.name === made}
            onRenamed={setMade}
          />
        ))}
      </ul>
      <Dialog open={upload !== null} onOpenChange={(open) => !open && setUpload(null)}>
        <DialogContent title={t('history.scripts.saveTitle')}>
          {upload?.archive && <ArchiveNote archive={upload.archive} isSaved />}
          {upload && (
            <ScriptNameForm
              initial={upload.scriptName.replace(/[^\w .-]/g, '-').slice(0, 100)}
              taken={scripts.filter(({ origin }) => origin === 'saved').map(({ name }) => name)}
              onSave={async (name) => {
                await api('PUT /api/scripts/{name}', {
                  params: { name },
                  body: { body: upload.scriptText, ...scriptFilesAsked(upload.folder) },
                });
                setUpload(null);
                setMade(name);
                router.refresh();
              }}
            />
          )}
        </DialogContent>
      </Dialog>
    </div>
  );
}

function ScriptRow({
  script,
  mayRun,
  isNew,
  onRenamed,
}: {
  script: Script;
  mayRun: boolean;
  isNew: boolean;
  onRenamed: (name: string) => void;
}) {
  const { mark, ...marked } = useNewMark<HTMLLIElement>(isNew);
  const t = useWords();
  const router = useRouter();
  const toast = useToast();
  const [open, setOpen] = useState(false);
  const [renaming, setRenaming] = useState(false);
  const { busy, problem, attempt } = useAttempt();
  const remove = (): Promise<boolean> =>
    attempt(async () => {
      const params = { name: script.name };
      await api('DELETE /api/scripts/{name}', { params });
      const undo = async (): Promise<void> => {
        await api('PUT /api/scripts/{name}', {
          params,
          body: { body: script.body, ...scriptFilesAsked(script) },
        });
        router.refresh();
      };
      toast({
        text: t('history.scripts.deleted', { name: script.name }),
        action: { label: t('history.undo'), run: undo },
      });
      router.refresh();
    });
  return (
    <li {...marked} className={cn('panel min-w-0', mark)} data-script={script.name}>
      <div className="flex flex-wrap items-start justify-between gap-3 p-4">
        <div className="min-w-0 flex-1 basis-64">
          <h2 className="truncate text-sm font-semibold" title={script.title}>
            {script.title}
          </h2>
          <p className="mt-1 flex flex-wrap items-center gap-2 text-xs text-muted-foreground">
            <Badge tone={script.origin === 'saved' ? 'violet' : 'neutral'}>
              {script.origin === 'saved' ? t('newRun.saved') : t('newRun.shipped')}
            </Badge>
            <code className="font-mono">{script.name}</code>
          </p>
          {script.question && <p className="mt-1.5 text-sm text-muted-foreground">{script.question}</p>}
        </div>
        <div className="flex flex-wrap gap-2">
          {script.origin === 'saved' && mayRun && (
            <>
              <Button size="sm" variant="ghost" busy={busy} onClick={() => void remove()}>
                <Trash2 />
                {t('common.delete')}
              </Button>
              <Button size="sm" variant="ghost" onClick={() => setRenaming(true)}>
                <Pencil />
                {t('run.rename')}
              </Button>
            </>
          )}
          <Button size="sm" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? t('history.scripts.hide') : t('history.scripts.show')}
          </Button>
          {mayRun && (
            <Button asChild size="sm" variant="primary">
              <Link href={`/runs/new?script=${encodeURIComponent(script.name)}`}>
                <Play />
                {t('nav.newRun')}
              </Link>
            </Button>
          )}
        </div>
      </div>
      {problem && <ProblemNotice problem={problem} className="mx-4 mb-4" />}
      {open && (
        <div className="space-y-3 px-4 pb-4">
          <LazyCodeEditor label={script.name} value={script.body} readOnly />
          {script.entry !== null && <ScriptFileList files={script.files} />}
        </div>
      )}
      <Dialog open={renaming} onOpenChange={setRenaming}>
        <DialogContent title={t('history.scripts.renameTitle', { name: script.name })}>
          <ScriptNameForm
            initial={script.name}
            taken={[]}
            onSave={async (name) => {
              await api('PATCH /api/scripts/{name}', { params: { name: script.name }, body: { name } });
              setRenaming(false);
              onRenamed(name);
              router.refresh();
            }}
          />
        </DialogContent>
      </Dialog>
    </li>
  );
}
