/** The only file that draws with CodeMirror. Loaded by the browser alone, when the first file is opened. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { unifiedMergeView } from '@codemirror/merge';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState, type Extension, type Text } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { languageOf, loadLanguage } from './languages.ts';
import { lineSeparatorOf } from './line-ends.ts';

export type CodeEditorOptions = {
  element: HTMLElement;
  /** Of the file: tells its language. */
  name: string;
  text: string;
  writable: boolean;
  /** Read out with the focus: which file it is, and how to leave the editor. */
  label: string;
  /** The words of the editor's own search, by what they are in English. */
  phrases: Record<string, string>;
  /** Whether there is anything that is not saved. */
  onDirty: (dirty: boolean) => void;
  onSave: () => void;
};

export interface CodeEditor {
  text(): string;
  /** What is there now will have been saved: call what it answers when it has been. */
  saving(): () => void;
  /** Another text in place of all; it counts as saved. */
  load(text: string): void;
  /** Marks what differs from another text; null ends it. */
  compare(other: string | null): void;
  focus(): void;
  dispose(): void;
}

/** Draws an editor into the element. Its colours are the page's own, so both themes come by themselves. */
export function openCodeEditor(options: CodeEditorOptions): CodeEditor {
  const { element, name, text, writable, onDirty } = options;
  const comparison = new Compartment();
  const language = new Compartment();
  const separator = lineSeparatorOf(text);
  const toText = (content: string): Text =>
    EditorState.create({ doc: content, extensions: separatedBy(separator) }).doc;
  let saved = toText(text);
  let wasDirty = false;
  let isOver = false;
  const look = (doc: Text) => {
    const dirty = !doc.eq(saved);
    if (dirty !== wasDirty) onDirty(dirty);
    wasDirty = dirty;
  };
  const save = () => {
    options.onSave();
    return true;
  };
  const view = new EditorView({
    parent: element,
    doc: saved,
    extensions: [
      separatedBy(separator),
      keymap.of([{ key: 'Mod-s', preventDefault: true, run: save }]),
      ...basics(options),
      EditorState.readOnly.of(!writable),
      language.of([]),
      comparison.of([]),
      EditorView.updateListener.of((update) => update.docChanged && look(update.state.doc)),
    ],
  });
  const known = languageOf(name, saved.line(1).text);
  if (known)
    void loadLanguage(known).then((extension) => {
      if (!isOver) view.dispatch({ effects: language.reconfigure(extension) });
    });
  const sayNoMore = () => {
    isOver = true;
    view.destroy();
  };
  return {
    text: () => view.state.sliceDoc(),
    saving() {
      const { doc } = view.state;
      return () => {
        saved = doc;
        if (!isOver) look(view.state.doc);
      };
    },
    load(content) {
      saved = toText(content);
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: saved } });
      look(view.state.doc);
    },
    compare(other) {
      view.dispatch({ effects: comparison.reconfigure(other === null ? [] : comparedWith(toText(other))) });
    },
    focus: () => view.focus(),
    dispose: sayNoMore,
  };
}

const separatedBy = (separator: string): Extension => EditorState.lineSeparator.of(separator);

const comparedWith = (original: Text): Extension =>
  unifiedMergeView({ original, mergeControls: false, highlightChanges: true, gutter: true });

function basics({ label, phrases }: CodeEditorOptions): Extension[] {
  return [
    lineNumbers(),
    highlightActiveLineGutter(),
    highlightSpecialChars(),
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    search({ top: true }),
    keymap.of([...defaultKeymap, ...searchKeymap, ...historyKeymap, indentWithTab]),
    EditorState.phrases.of(phrases),
    EditorView.contentAttributes.of({ 'aria-label': label, autocapitalize: 'off', spellcheck: 'false' }),
    EditorView.lineWrapping,
    // Files that are dropped go into the sandbox, not into the text.
    EditorView.domEventHandlers({ drop: ({ dataTransfer }) => dataTransfer?.types.includes('Files') ?? false }),
    LOOK,
    syntaxHighlighting(COLORS),
  ];
}

const COLORS = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword, tags.definitionKeyword], color: 'var(--accent)' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: 'var(--pass)' },
  { tag: [tags.number, tags.bool, tags.atom, tags.null], color: 'var(--try)' },
  { tag: [tags.propertyName, tags.attributeName, tags.standard(tags.variableName)], color: 'var(--accent-strong)' },
  { tag: [tags.comment, tags.meta], color: 'var(--ink-3)', fontStyle: 'italic' },
  { tag: [tags.heading, tags.strong], fontWeight: '650' },
  { tag: tags.emphasis, fontStyle: 'italic' },
  { tag: [tags.link, tags.url], color: 'var(--accent)', textDecoration: 'underline' },
  { tag: tags.invalid, color: 'var(--help)' },
]);

const LOOK = EditorView.theme({
  '&': { height: '100%', backgroundColor: 'var(--paper)', color: 'var(--ink)', fontSize: '13.5px' },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--font-code)', lineHeight: '1.55' },
  '.cm-content': { caretColor: 'var(--ink)', padding: '8px 0' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': { backgroundColor: 'var(--paper-2)', color: 'var(--ink-3)', borderRight: '1px solid var(--line)' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--accent-soft) 45%, transparent)' },
  '.cm-activeLineGutter': { backgroundColor: 'var(--accent-soft)', color: 'var(--ink)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: 'color-mix(in srgb, var(--accent) 26%, transparent)',
  },
  '.cm-selectionMatch': { backgroundColor: 'var(--try-soft)' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {
    backgroundColor: 'var(--accent-soft)',
    outline: '1px solid var(--edge)',
  },
  '.cm-panels': { backgroundColor: 'var(--paper-2)', color: 'var(--ink)' },
  '.cm-panels.cm-panels-top': { borderBottom: '1px solid var(--line)' },
  '.cm-panel.cm-search': { fontFamily: 'var(--font-ui)', padding: '6px 28px 6px 8px' },
  '.cm-textfield': { border: '1px solid var(--edge)', backgroundColor: 'var(--paper)', color: 'var(--ink)' },
  '.cm-button': {
    backgroundImage: 'none',
    backgroundColor: 'var(--paper)',
    border: '1px solid var(--edge)',
    color: 'var(--ink)',
  },
  '.cm-panel.cm-search [name=close]': { color: 'var(--ink)', minWidth: '24px', minHeight: '24px' },
  '.cm-searchMatch': { backgroundColor: 'var(--try-soft)', outline: '1px solid var(--try)' },
  '.cm-changedLine': { backgroundColor: 'var(--pass-soft) !important' },
  '.cm-deletedChunk': { backgroundColor: 'var(--help-soft)', color: 'var(--ink)' },
  '.cm-changedText': { background: 'color-mix(in srgb, var(--pass) 26%, transparent)' },
  '.cm-deletedText, .cm-deletedChunk .cm-deletedText': {
    background: 'color-mix(in srgb, var(--help) 24%, transparent)',
  },
  '.cm-changedLineGutter': { backgroundColor: 'var(--pass)' },
  '.cm-deletedLineGutter': { backgroundColor: 'var(--help)' },
});
