import type { Root } from 'hast';
import { toJsxRuntime } from 'hast-util-to-jsx-runtime';
import type { ComponentProps } from 'react';
import { Fragment, jsx, jsxs } from 'react/jsx-runtime';
import { CommandBlock } from './command-block.tsx';
import classes from './prose.module.css';

type CommandProps = { 'data-command'?: unknown; 'data-run'?: unknown; 'data-inside'?: unknown };

/** A chapter's words. The tree has passed the sanitiser; only elements made by our own pipeline are mapped. */
export function Prose({ tree }: { tree: Root }) {
  return <div className={classes.prose}>{toJsxRuntime(tree, { Fragment, jsx, jsxs, components })}</div>;
}

const components = {
  'ch-command': ({ 'data-command': command, 'data-run': run, 'data-inside': inside }: CommandProps) => (
    <CommandBlock
      command={String(command ?? '')}
      runnable={String(run) === 'true'}
      inside={String(inside) === 'true'}
    />
  ),
  // What lies outside opens beside the lesson: a click must not take the terminal away.
  a: ({ href = '', ...rest }: ComponentProps<'a'>) =>
    /^https?:/i.test(href) ? <a {...rest} href={href} target="_blank" rel="noreferrer" /> : <a {...rest} href={href} />,
  aside: ({ children, ...rest }: ComponentProps<'aside'> & { 'data-title'?: string }) => (
    <aside {...rest}>
      {rest['data-title'] ? <p className={classes.asideTitle}>{rest['data-title']}</p> : null}
      {children}
    </aside>
  ),
  table: (props: ComponentProps<'table'>) => (
    <div className={classes.scroll}>
      <table {...props} />
    </div>
  ),
};
