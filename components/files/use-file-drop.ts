'use client';

import { type DragEvent, useRef, useState } from 'react';

export type Dropped = { files: File[]; folders: string[] };

type FileDrop = {
  /** Files are held over it. */
  isOver: boolean;
  handlers: {
    onDragEnter: (event: DragEvent) => void;
    onDragOver: (event: DragEvent) => void;
    onDragLeave: (event: DragEvent) => void;
    onDrop: (event: DragEvent) => void;
  };
};

/** Takes files that are dragged onto an element; anything else that is dragged is left to the browser. */
export function useFileDrop(options: { onEnter: () => void; onFiles: (dropped: Dropped) => void }): FileDrop {
  const [isOver, setOver] = useState(false);
  // Each child that is entered is left again.
  const depth = useRef(0);
  const ours = (event: DragEvent, then: () => void) => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    then();
  };
  return {
    isOver,
    handlers: {
      onDragEnter: (event) =>
        ours(event, () => {
          depth.current += 1;
          if (depth.current > 1) return;
          setOver(true);
          options.onEnter();
        }),
      onDragOver: (event) =>
        ours(event, () => {
          event.dataTransfer.dropEffect = 'copy';
        }),
      onDragLeave: (event) =>
        ours(event, () => {
          depth.current = Math.max(0, depth.current - 1);
          if (depth.current === 0) setOver(false);
        }),
      onDrop: (event) =>
        ours(event, () => {
          depth.current = 0;
          setOver(false);
          options.onFiles(sorted(event.dataTransfer));
        }),
    },
  };
}

/** A folder is handed over as a file without content: it is told apart by its entry. */
function sorted({ items, files }: DataTransfer): Dropped {
  const folders: string[] = [];
  const found = [...items].flatMap((item) => {
    if (item.kind !== 'file') return [];
    const entry = item.webkitGetAsEntry();
    if (entry?.isDirectory) folders.push(entry.name);
    const file = entry?.isDirectory ? null : item.getAsFile();
    return file ? [file] : [];
  });
  return { files: items.length > 0 ? found : [...files], folders };
}
