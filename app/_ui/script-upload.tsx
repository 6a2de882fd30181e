'use client';

import { FileUp, FolderUp } from 'lucide-react';
import { useRef, useState, type DragEvent, type ReactNode } from 'react';
import {
  filesOfDrop,
  filesOfInput,
  uploadScript,
  type ChosenFile,
  type UploadedScript,
} from './chosen-files';
import { cn } from './cn';
import { useAttempt } from './data/use-attempt';
import { Button } from './primitives/button';
import { ProblemNotice } from './problem-notice';
import { useWords } from './words/provider';

/** Takes a script from files, a folder or a tar. `buttons` chooses them, `drop` is what they can be dropped on. */
export function useScriptUpload(onUploaded: (script: UploadedScript) => void): {
  buttons: ReactNode;
  drop: {
    className: string;
    onDragOver: (event: DragEvent) => void;
    onDragLeave: () => void;
    onDrop: (event: DragEvent) => void;
  };
  /** Why the last ones were refused. */
  refusal: ReactNode;
} {
  const t = useWords();
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const { busy, problem, attempt } = useAttempt();
  const [isOver, setIsOver] = useState(false);
  const upload = (chosen: Promise<ChosenFile[]>): void =>
    void attempt(async () => {
      const uploaded = await uploadScript(await chosen);
      if (uploaded) onUploaded(uploaded);
    });
  const input = (ref: typeof files, label: string, isFolder: boolean): ReactNode => (
    <input
      ref={(element) => {
        if (isFolder) element?.setAttribute('webkitdirectory', '');
        ref.current = element;
      }}
      type="file"
      multiple
      aria-label={label}
      className="sr-only"
      tabIndex={-1}
      onChange={(event) => {
        upload(Promise.resolve(filesOfInput(event.target.files)));
        event.target.value = '';
      }}
    />
  );
  return {
    buttons: (
      <>
        <Button size="sm" busy={busy} onClick={() => files.current?.click()}>
          <FileUp />
          {t('newRun.upload')}
        </Button>
        <Button size="sm" busy={busy} onClick={() => folder.current?.click()}>
          <FolderUp />
          {t('newRun.uploadFolder')}
        </Button>
        {input(files, t('newRun.upload'), false)}
        {input(folder, t('newRun.uploadFolder'), true)}
      </>
    ),
    drop: {
      className: cn(isOver && 'rounded-lg outline-2 outline-offset-8 outline-ring outline-dashed'),
      onDragOver: (event) => {
        if (!event.dataTransfer.types.includes('Files')) return;
        event.preventDefault();
        setIsOver(true);
      },
      onDragLeave: () => setIsOver(false),
      onDrop: (event) => {
        event.preventDefault();
        setIsOver(false);
        upload(filesOfDrop(event.dataTransfer));
      },
    },
    refusal: problem && <ProblemNotice problem={problem} />,
  };
}
