'use client';

import {
  Braces,
  ChevronDown,
  Download,
  FileCheck2,
  FileCode2,
  FileText,
  Image as ImageIcon,
  Printer,
  Table2,
} from 'lucide-react';
import { type ReactNode } from 'react';
import { type ExportFormat } from '@/lib/exporting/formats';
import { type Run } from '@/lib/model/run';
import { Button } from '@/app/_ui/primitives/button';
import { Menu, MenuContent, MenuItem, MenuTrigger } from '@/app/_ui/primitives/menu';
import { useWords, useLocale } from '@/app/_ui/words/provider';

/** A run as a file of many kinds; of a shared or saved run what the page itself can make. */
export function ExportMenu({ run, readOnly }: { run: Run; readOnly: boolean }) {
  const t = useWords();
  const locale = useLocale();

  const formats: [ExportFormat, ReactNode, string][] = [
    ['html', <FileCode2 key="i" />, t('exports.html')],
    ['json', <Braces key="i" />, t('exports.json')],
    ['csv', <Table2 key="i" />, t('exports.csv')],
    ['markdown', <FileText key="i" />, t('exports.markdown')],
    ['k6-summary', <Braces key="i" />, t('exports.k6Summary')],
    ['junit', <FileCheck2 key="i" />, t('exports.junit')],
  ];
  const png = async (): Promise<void> => {
    // The charts' own bundle: it is on the page by now.
    const { allChartsPng, saveBlob } = await import('@/app/_ui/charts/png');
    const blob = await allChartsPng(run.name);
    if (blob) saveBlob(blob, `scaletrace-${run.id.slice(0, 8)}.png`);
  };
  return (
    <Menu>
      <MenuTrigger asChild>
        <Button title={t('exports.menuTitle')} className="print:hidden">
          <Download />
          {t('exports.menu')}
          <ChevronDown className="text-muted-foreground" />
        </Button>
      </MenuTrigger>
      <MenuContent>
        {!readOnly &&
          formats.map(([format, icon, label]) => (
            <MenuItem key={format} asChild>
              <a href={`/api/runs/${run.id}/export/${format}?lang=${locale}`} download>
                {icon}
                {label}
              </a>
            </MenuItem>
          ))}
        <MenuItem onSelect={() => void png()}>
          <ImageIcon />
          {t('exports.pngAll')}
        </MenuItem>
        {/* The menu is gone before the page is laid out for paper. */}
        <MenuItem onSelect={() => setTimeout(() => window.print(), 100)}>
          <Printer />
          {t('exports.pdf')}
        </MenuItem>
      </MenuContent>
    </Menu>
  );
}
