/** Texts of the server, in which backquotes mark what is to be typed or read literally. Pure functions. */

/** A part of a text. */
export interface IPiece {
  text: string;
  isCode: boolean;
}

/** The parts of a text, without the backquotes of its code; one that has no partner stays. */
export function pieces(text: string): IPiece[] {
  return text
    .split(/(`[^`]+`)/)
    .filter(part => part !== '')
    .map(part =>
      /^`[^`]+`$/.test(part)
        ? { text: part.slice(1, -1), isCode: true }
        : { text: part, isCode: false }
    );
}
