/** The list of packages: installed ones, or what was found; the index is asked about rows that are seen only. */

import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useEffect, useRef, useState } from 'react';

import type { PackagesModel } from './model';
import { PackageRow } from './row';
import type { IRow } from './rows';

/** Pixels below the edge of what scrolls that count as seen. */
const AHEAD = '200px';

/** Pixels below it within which further rows are drawn. */
const DRAWN_AHEAD = '600px';

/** What scrolls: an observer's margin counts for that alone. */
const SCROLLER = '.jp-SecurePyPI-section';

/** Rows that are drawn at first: more than fit on a screen. Further ones follow as the user comes near to them. */
const FIRST = 30;
const MORE = 60;

/** Nothing where there is nothing to list. */
export function PackageList(props: {
  model: PackagesModel;
  trans: TranslationBundle;
}): React.ReactElement {
  const { model, trans } = props;
  const { hidden } = model;
  const list = useRef<HTMLUListElement>(null);
  const end = useRef<HTMLDivElement>(null);
  const [drawn, draw] = useState(FIRST);
  const all = model.rows;
  const rows = all.slice(0, drawn);
  useSight(end, rows.length < all.length, () => {
    draw(drawn + MORE);
  });
  useSeen(list, model, rows);
  return (
    <>
      {rows.length > 0 && (
        <ul
          ref={list}
          className="jp-SecurePyPI-package-list"
          aria-label={model.search.wanted ? trans.__('Found') : trans.__('Installed')}
        >
          {rows.map(row => (
            <PackageRow
              key={row.name}
              model={model}
              trans={trans}
              name={row.name}
              installed={row.installed}
              newest={model.newestOf(row)}
              isOpen={model.isOpen(row.name)}
              isFree={model.isFree}
              knowsPython={model.knowsPython}
              canInsert={model.place.insert !== null}
            />
          ))}
        </ul>
      )}
      <div ref={end} />
      {model.environment?.prefix && rows.length === 0 && !model.search.wanted && (
        <p className="jp-SecurePyPI-note">{trans.__('Nothing is installed yet.')}</p>
      )}
      {hidden > 0 && (
        <button
          type="button"
          className="jp-SecurePyPI-link"
          onClick={() => {
            model.showAll();
          }}
        >
          {trans.__('Show all %1', rows.length + hidden)}
        </button>
      )}
    </>
  );
}

/** Call `seen` when an element comes near to what can be seen, while that is of interest. */
function useSight(
  element: React.RefObject<HTMLElement>,
  isOfInterest: boolean,
  seen: () => void
): void {
  const call = useRef(seen);
  call.current = seen;
  useEffect(() => {
    if (!element.current || !isOfInterest) {
      return;
    }
    const observer = new IntersectionObserver(
      entries => {
        if (entries.some(entry => entry.isIntersecting)) {
          call.current();
        }
      },
      { root: element.current.closest(SCROLLER), rootMargin: DRAWN_AHEAD }
    );
    observer.observe(element.current);
    return () => {
      observer.disconnect();
    };
  });
}

/** Have the index asked about rows once they come into view. */
function useSeen(
  list: React.RefObject<HTMLUListElement>,
  model: PackagesModel,
  rows: readonly IRow[]
): void {
  const known = useRef(new Map<string, IRow>());
  known.current = new Map(rows.map(row => [row.name, row]));
  // What is listed, and whether something is to be asked anew.
  const key = rows.map(row => `${row.name} ${row.installed?.version ?? ''}`).join();
  const asked = rows.every(row => model.newestOf(row) !== null);
  useEffect(() => {
    if (!list.current || asked) {
      return;
    }
    const observer = new IntersectionObserver(
      entries => {
        const seen = entries
          .filter(entry => entry.isIntersecting)
          .map(entry => known.current.get((entry.target as HTMLElement).dataset.name ?? ''))
          .filter(row => row !== undefined);
        if (seen.length > 0) {
          model.see(seen);
        }
      },
      { root: list.current.closest(SCROLLER), rootMargin: AHEAD }
    );
    for (const child of Array.from(list.current.children)) {
      observer.observe(child);
    }
    return () => {
      observer.disconnect();
    };
  }, [model, key, asked, model.value]);
}
