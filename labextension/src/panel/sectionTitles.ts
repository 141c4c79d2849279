/** The titles of the panel's sections: Lab's own, as buttons that screen readers know. */

import { AccordionToolbar } from '@jupyterlab/ui-components';
import { AccordionLayout, AccordionPanel, type Title, type Widget } from '@lumino/widgets';

/** Lab's own; releases before 4.3 do not export it. */
const LAB = AccordionToolbar as typeof AccordionToolbar | undefined;

const Titles = LAB?.Renderer ?? AccordionPanel.Renderer;

/** Lumino makes headings with `aria-expanded`, which headings cannot have; these are buttons. */
export class SectionTitles extends Titles {
  override createSectionTitle(data: Title<Widget>): HTMLElement {
    const heading = super.createSectionTitle(data);
    const title = document.createElement('div');
    title.id = heading.id;
    title.className = heading.className;
    title.tabIndex = 0;
    title.setAttribute('role', 'button');
    title.append(...Array.from(heading.childNodes));
    return title;
  }
}

/** Return the layout of the sections, below titles of this height in pixels. */
export function sectionLayout(titleSpace: number): AccordionLayout {
  const renderer = new SectionTitles();
  return LAB
    ? LAB.createLayout({ renderer, titleSpace })
    : new AccordionLayout({ renderer, titleSpace, orientation: 'vertical', spacing: 0 });
}

/** Name title and region of a section after its label alone: Lumino adds a word that is not translated. */
export function nameSection(accordion: AccordionPanel, widget: Widget): void {
  const { label } = widget.title;
  accordion.titles[accordion.widgets.indexOf(widget)].setAttribute('aria-label', label);
  widget.node.removeAttribute('aria-labelledby');
  widget.node.setAttribute('aria-label', label);
}

/** Put title and section before the next title: Lumino adds them at the end, whatever their place on the screen. */
export function putInReadingOrder(accordion: AccordionPanel, widget: Widget): void {
  const index = accordion.widgets.indexOf(widget);
  if (index + 1 < accordion.titles.length) {
    accordion.titles[index + 1].before(accordion.titles[index], widget.node);
  }
}
