'use client';

import { Command } from 'cmdk';
import { Dialog } from 'radix-ui';
import {
  ChartLine,
  FileCode,
  FlaskConical,
  GitCompareArrows,
  Languages,
  ListTree,
  Play,
  Server,
  Settings,
  SunMoon,
  Upload,
} from 'lucide-react';
import { useTheme } from 'next-themes';
import { usePathname, useRouter } from 'next/navigation';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { endedStates } from '@/lib/model/run';
import { useAccess } from '@/app/_ui/access/provider';
import { api } from '@/app/_ui/data/api';
import { useAsked } from '@/app/_ui/data/use-asked';
import { Time } from '@/app/_ui/time';
import { useWords, useLanguages, useLocale } from '@/app/_ui/words/provider';
import { compareHref } from '@/app/_ui/compare-address';
import { RunBadge } from '@/app/_ui/verdict/run-badge';
import { Kbd } from '@/app/_ui/primitives/kbd';
import { useChangeLocale } from './preferences';

/** The run whose page is shown; none on other pages. */
function runOfPath(path: string): string[] {
  const id = /^\/runs\/([^/]+)$/.exec(path)?.[1];
  return id === undefined || id === 'new' ? [] : [decodeURIComponent(id)];
}

/** Finds pages, runs and services by name, and does what needs no page. */
export function Palette({
  onOpenChange,
  onShowKeys,
}: {
  onOpenChange: (open: boolean) => void;
  onShowKeys: () => void;
}) {
  const t = useWords();
  return (
    <Dialog.Root open onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-50 bg-black/40 backdrop-blur-[2px] dark:bg-black/60" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed top-[12vh] left-1/2 z-50 w-[calc(100vw-2rem)] max-w-xl -translate-x-1/2 overflow-hidden rounded-xl border bg-popover shadow-2xl"
        >
          <Dialog.Title className="sr-only">{t('palette.title')}</Dialog.Title>
          <PaletteList onDone={() => onOpenChange(false)} onShowKeys={onShowKeys} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function PaletteList({ onDone, onShowKeys }: { onDone: () => void; onShowKeys: () => void }) {
  const t = useWords();
  const locale = useLocale();
  const languages = useLanguages();
  const following = (languages.findIndex((one) => one.locale === locale) + 1) % languages.length;
  const router = useRouter();
  const path = usePathname();
  const changeLocale = useChangeLocale();
  const { mayRun } = useAccess();
  const { resolvedTheme, setTheme } = useTheme();
  // The pages can be gone to without what these answer.
  const [typed, setTyped] = useState('');
  const found = useAsked(
    (signal) => api('GET /api/runs', { query: { pageSize: 8, q: typed.slice(0, 200) }, signal }),
    typed,
    { waitMs: typed === '' ? 0 : 150 },
  ).data;
  const runs = found?.runs ?? [];
  // What is found later comes first: Enter opens what is on top, not what was on top before.
  const [chosen, setChosen] = useState('');
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const frame = requestAnimationFrame(() =>
      setChosen(list.current?.querySelector('[cmdk-item]')?.getAttribute('data-value') ?? ''),
    );
    return () => cancelAnimationFrame(frame);
  }, [found]);
  const services =
    useAsked((signal) => api('GET /api/services', { signal }), 'services').data?.services ?? [];

  const act = (action: () => void) => () => {
    onDone();
    action();
  };
  const item = (
    value: string,
    icon: ReactNode,
    label: ReactNode,
    action: () => void,
    keywords: string[] = [],
  ) => (
    <Command.Item
      key={value}
      value={value}
      keywords={keywords}
      onSelect={act(action)}
      className="flex cursor-pointer items-center gap-2.5 rounded-md px-2.5 py-2 text-sm data-[selected=true]:bg-muted [&_svg]:size-4 [&_svg]:text-muted-foreground"
    >
      {icon}
      {label}
    </Command.Item>
  );
  const group =
    '[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2.5 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-muted-foreground';
  return (
    <Command label={t('palette.title')} loop value={chosen} onValueChange={setChosen}>
      <Command.Input
        autoFocus
        value={typed}
        onValueChange={setTyped}
        placeholder={t('palette.placeholder')}
        className="h-12 w-full border-b bg-transparent px-4 text-sm outline-none placeholder:text-muted-foreground"
      />
      <Command.List ref={list} className="max-h-[min(24rem,60vh)] overflow-y-auto p-1.5">
        <Command.Empty className="px-3 py-8 text-center text-sm text-muted-foreground">
          {t('palette.empty')}
        </Command.Empty>
        <Command.Group heading={t('palette.pages')} className={group}>
          {mayRun && item(t('nav.newRun'), <Play />, t('nav.newRun'), () => router.push('/runs/new'))}
          {item(t('nav.runs'), <ListTree />, t('nav.runs'), () => router.push('/'))}
          {item(t('trend.nav'), <ChartLine />, t('trend.nav'), () => router.push('/trends'))}
          {item(t('compare.compareWith'), <GitCompareArrows />, t('compare.compareWith'), () =>
            router.push(compareHref(runOfPath(path))),
          )}
          {item(t('nav.services'), <Server />, t('nav.services'), () => router.push('/services'))}
          {item(t('exports.import.palette'), <Upload />, t('exports.import.palette'), () =>
            router.push('/import'),
          )}
          {item(`${t('whatif.title')} what if`, <FlaskConical />, t('whatif.title'), () =>
            router.push('/what-if'),
          )}
          {item(t('history.scripts.title'), <FileCode />, t('history.scripts.title'), () =>
            router.push('/scripts'),
          )}
          {item(t('nav.settings'), <Settings />, t('nav.settings'), () => router.push('/settings'))}
        </Command.Group>
        {runs.length > 0 && (
          <Command.Group heading={t('palette.runs')} className={group}>
            {runs.map((run) =>
              item(
                `${run.name} ${run.serviceName} ${run.scriptName} ${run.id}`,
                <RunBadge state={run.state} verdict={run.verdict} />,
                <>
                  <span className="truncate">{run.name}</span>
                  <Time
                    unixMs={run.createdAtMs}
                    ago
                    className="ml-auto shrink-0 pl-3 text-xs text-muted-foreground"
                  />
                </>,
                () => router.push(`/runs/${run.id}`),
                // The server found it, be it by a note or a tag.
                [typed],
              ),
            )}
          </Command.Group>
        )}
        {runs.some(({ state }) => endedStates.includes(state)) && (
          <Command.Group heading={t('whatif.title')} className={group}>
            {runs
              .filter(({ state }) => endedStates.includes(state))
              .map((run) =>
                item(
                  `${t('whatif.titleOf', { run: run.name })} what if ${run.id}`,
                  <FlaskConical />,
                  <span className="truncate">{t('whatif.titleOf', { run: run.name })}</span>,
                  () => router.push(`/runs/${run.id}/what-if`),
                ),
              )}
          </Command.Group>
        )}
        {services.length > 0 && (
          <Command.Group heading={t('palette.services')} className={group}>
            {mayRun &&
              services.map((service) =>
                item(
                  `${service.name} ${service.namespace} ${service.id}`,
                  <Server />,
                  t('palette.testService', { name: service.name }),
                  () => router.push(`/runs/new?service=${service.id}`),
                ),
              )}
          </Command.Group>
        )}
        <Command.Group heading={t('palette.preferences')} className={group}>
          {item(t('palette.switchTheme'), <SunMoon />, t('palette.switchTheme'), () =>
            setTheme(resolvedTheme === 'dark' ? 'light' : 'dark'),
          )}
          {item(
            [t('palette.switchLanguage'), 'language', ...languages.map(({ name }) => name)].join(' '),
            <Languages />,
            t('palette.switchLanguage'),
            () => changeLocale(languages[following]?.locale ?? locale),
          )}
          {item(t('palette.showKeys'), <Kbd>?</Kbd>, t('palette.showKeys'), onShowKeys)}
        </Command.Group>
      </Command.List>
    </Command>
  );
}
