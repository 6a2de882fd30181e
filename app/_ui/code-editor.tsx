'use client';

import { javascript } from '@codemirror/lang-javascript';
import { yaml } from '@codemirror/lang-yaml';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { basicSetup } from 'codemirror';
import { getNonce } from 'get-nonce';
import { useEffect, useRef } from 'react';

export interface CodeProblem {
  /** From 1; null: the whole text. */
  line: number | null;
  column: number | null;
  message: string;
  /** Of a script of several files, the one that it is in; none: the one that k6 starts with. */
  file?: string | undefined;
}

/** A place to go to, from 1. */
export type Jump = Pick<CodeProblem, 'line' | 'column'>;

const look = EditorView.theme({
  '&': { fontSize: '12.5px', backgroundColor: 'var(--card)', color: 'var(--foreground)' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '1.6' },
  '.cm-gutters': {
    backgroundColor: 'var(--card)',
    color: 'var(--muted-foreground)',
    borderRight: '1px solid var(--border)',
  },
  '.cm-activeLine, .cm-activeLineGutter': {
    backgroundColor: 'color-mix(in srgb, var(--muted) 60%, transparent)',
  },
  '.cm-cursor': { borderLeftColor: 'var(--foreground)' },
  '&.cm-focused': { outline: 'none' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--ring) 28%, transparent) !important',
  },
  '.cm-tooltip': {
    backgroundColor: 'var(--popover)',
    color: 'var(--foreground)',
    border: '1px solid var(--border)',
    borderRadius: '6px',
  },
  '.cm-panels': { backgroundColor: 'var(--muted)', color: 'var(--foreground)' },
});

const colours = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--muted-foreground)', fontStyle: 'italic' },
  { tag: [tags.keyword, tags.operatorKeyword, tags.moduleKeyword], color: 'var(--violet)' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: 'var(--success)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--warning)' },
  {
    tag: [tags.function(tags.variableName), tags.definition(tags.propertyName), tags.propertyName],
    color: 'var(--info)',
  },
  { tag: tags.typeName, color: 'var(--info)' },
]);

/** A code editor (CodeMirror) that marks problems at their place. What is typed stays in it until `value` is another text. */
export function CodeEditor({
  label,
  value,
  onChange,
  problems,
  jump = null,
  language = 'typescript',
  readOnly = false,
  minHeight = '12rem',
  maxHeight = '32rem',
}: {
  label: string;
  value: string;
  onChange?: (value: string) => void;
  problems?: readonly CodeProblem[];
  /** The place of a new object is gone to: the cursor is put there. */
  jump?: Jump | null;
  language?: 'typescript' | 'yaml';
  readOnly?: boolean;
  minHeight?: string;
  maxHeight?: string;
}) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | null>(null);
  const changed = useRef(onChange);
  const first = useRef(value);
  useEffect(() => {
    changed.current = onChange;
  }, [onChange]);

  useEffect(() => {
    if (!host.current) return;
    const extensions: Extension[] = [
      EditorView.cspNonce.of(getNonce() ?? ''),
      basicSetup,
      look,
      syntaxHighlighting(colours),
      language === 'yaml' ? yaml() : javascript({ typescript: true }),
      lintGutter(),
      EditorView.contentAttributes.of({ 'aria-label': label }),
      EditorView.theme({ '.cm-scroller': { minHeight, maxHeight, overflow: 'auto' } }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) changed.current?.(update.state.doc.toString());
      }),
      ...(readOnly ? [EditorState.readOnly.of(true)] : []),
    ];
    const view = new EditorView({
      state: EditorState.create({ doc: first.current, extensions }),
      parent: host.current,
    });
    // The part that scrolls can be reached by keys, also where the text cannot be edited.
    view.scrollDOM.tabIndex = 0;
    editor.current = view;
    return () => {
      first.current = view.state.doc.toString();
      view.destroy();
      editor.current = null;
    };
  }, [label, language, readOnly, minHeight, maxHeight]);

  useEffect(() => {
    const view = editor.current;
    if (view && view.state.doc.toString() !== value)
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } });
  }, [value]);

  useEffect(() => {
    const view = editor.current;
    if (!view) return;
    const diagnostics = (problems ?? []).map(({ message, ...place }): Diagnostic => ({
      ...spanOf(view, place),
      severity: 'error',
      message,
    }));
    view.dispatch(setDiagnostics(view.state, diagnostics));
    const position = diagnostics[0]?.from;
    // Who types is not led away from where they type.
    if (position !== undefined && !view.hasFocus)
      view.dispatch({ effects: EditorView.scrollIntoView(position, { y: 'center' }) });
  }, [problems]);

  useEffect(() => {
    const view = editor.current;
    if (!view || !jump) return;
    const { from } = spanOf(view, jump);
    view.dispatch({
      selection: { anchor: from },
      effects: EditorView.scrollIntoView(from, { y: 'center' }),
    });
    view.focus();
    view.dom.scrollIntoView({ block: 'nearest' });
  }, [jump]);

  return (
    <div
      ref={host}
      className="overflow-hidden rounded-lg border border-border-strong focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-ring"
    />
  );
}

/** From a place to the end of its line; without a column from where the line's text begins. */
function spanOf({ state: { doc } }: EditorView, { line, column }: Jump): { from: number; to: number } {
  const at = doc.line(Math.min(Math.max(1, line ?? 1), doc.lines));
  const indent = at.text.search(/\S|$/);
  const from = Math.min(at.to, at.from + (column ? column - 1 : indent));
  return { from, to: Math.max(from, at.to) };
}
